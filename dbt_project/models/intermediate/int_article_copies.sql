{{ config(materialized=grows_with_articles()) }}

-- Articles that are another's words again: syndicated, cut, or put differently by a machine. Other
-- words keep the order of the numbers, so articles are held against each other by each three
-- figures in a row (whichever of the three comes first), and by the sentences that hold figures.
-- Each is looked for in the earliest article that has it, not in all others: a story that has a
-- thousand copies costs a thousand comparisons.
--
-- A corrected edition repeats nearly all, too, and is no copy of what it corrects: its title
-- says so, or the same publisher gives it out under the same title with another figure.

{%- set least_shared_windows, share_of_windows = 6, 0.4 -%}
{%- set least_shared_sentences, share_of_sentences = 3, 0.5 %}

with mentions as (

    select distinct
        company_id,
        article_id,
        published_on,
        ingested_at
    from {{ ref('int_figures') }}
    {{ of_changed_companies() }}

),

-- An article is judged as a whole, with its figures of other companies too.
figures as (

    select
        figures.article_id,
        figures.char_start,
        figures.value,
        {{ hash_of(['figures.sentence']) }} as sentence
    from {{ ref('int_figures') }} as figures
    where figures.article_id in (select mentions.article_id from mentions)

),

dated as (

    select distinct
        mentions.article_id,
        mentions.published_on,
        mentions.ingested_at,
        articles.title,
        articles.publisher,
        {{ says_correction('articles.title') }} as says_correction
    from mentions
    left join {{ ref('stg_articles') }} as articles
        on mentions.article_id = articles.article_id

),

-- In the order in which they were known; a correction comes after what it corrects.
articles as (

    select
        article_id,
        title,
        publisher,
        says_correction,
        row_number() over (
            order by {{ known_on() }} asc, says_correction asc, ingested_at asc, article_id asc
        ) as nr
    from dated

),

numbered as (

    select
        articles.nr,
        figures.char_start,
        figures.value,
        figures.sentence
    from figures
    inner join articles
        on figures.article_id = articles.article_id

),

windowed as (

    select
        nr,
        value as first_value,
        lead(value) over reading as second_value,
        lead(value, 2) over reading as third_value
    from numbered
    window
        reading as (
            partition by nr
            order by char_start, value
        )

),

-- What may be shared: three numbers, or a sentence. (Their sum as doubles, which do not overflow.)
traits as (

    select distinct
        nr,
        'window' as trait_type,
        {{ hash_of([
            'least(first_value, second_value, third_value)',
            'greatest(first_value, second_value, third_value)',
            'cast(first_value as double) + cast(second_value as double) + cast(third_value as double)',
        ]) }} as trait
    from windowed
    where third_value is not null

    union all

    select distinct
        nr,
        'sentence' as trait_type,
        sentence as trait
    from numbered
    where sentence is not null

),

shared as (

    select
        trait_type,
        trait
    from traits
    group by trait_type, trait
    having count(*) > 1

),

shared_traits as (

    select traits.*
    from traits
    inner join shared
        on
            traits.trait_type = shared.trait_type
            and traits.trait = shared.trait

),

-- Of each company, so that what an article is a copy of follows from that company's articles.
held_first as (

    select
        mentions.company_id,
        shared_traits.nr,
        min(shared_traits.nr) over (
            partition by mentions.company_id, shared_traits.trait_type, shared_traits.trait
        ) as earlier_nr
    from shared_traits
    inner join articles
        on shared_traits.nr = articles.nr
    inner join mentions
        on articles.article_id = mentions.article_id

),

candidates as (

    select
        company_id,
        nr,
        earlier_nr
    from held_first
    where nr != earlier_nr
    group by company_id, nr, earlier_nr
    having count(*) > 1

),

pairs as (

    select distinct
        nr,
        earlier_nr
    from candidates

),

sizes as (

    select
        nr,
        count(*) filter (where trait_type = 'window') as windows,
        count(*) filter (where trait_type = 'sentence') as sentences
    from traits
    group by nr

),

compared as (

    select
        pairs.nr,
        pairs.earlier_nr,
        count(*) filter (where ours.trait_type = 'window') as windows,
        count(*) filter (where ours.trait_type = 'sentence') as sentences
    from pairs
    inner join shared_traits as ours
        on pairs.nr = ours.nr
    inner join shared_traits as theirs
        on
            pairs.earlier_nr = theirs.nr
            and ours.trait_type = theirs.trait_type
            and ours.trait = theirs.trait
    group by pairs.nr, pairs.earlier_nr

),

copies as (

    select
        compared.nr,
        compared.earlier_nr,
        (later.says_correction and not earlier.says_correction)
        or (
            coalesce(later.title = earlier.title and later.publisher = earlier.publisher, false)
            and compared.sentences < least(ours.sentences, theirs.sentences)
        ) as is_correction
    from compared
    inner join articles as later
        on compared.nr = later.nr
    inner join articles as earlier
        on compared.earlier_nr = earlier.nr
    inner join sizes as ours
        on compared.nr = ours.nr
    inner join sizes as theirs
        on compared.earlier_nr = theirs.nr
    where
        (
            compared.windows >= {{ least_shared_windows }}
            and compared.windows >= {{ share_of_windows }} * least(ours.windows, theirs.windows)
        )
        or (
            compared.sentences >= {{ least_shared_sentences }}
            and compared.sentences
            >= {{ share_of_sentences }} * least(ours.sentences, theirs.sentences)
        )

),

copied_from as (

    select
        candidates.company_id,
        candidates.nr,
        min(candidates.earlier_nr) as earlier_nr,
        bool_or(copies.is_correction) as is_correction
    from candidates
    inner join copies
        on
            candidates.nr = copies.nr
            and candidates.earlier_nr = copies.earlier_nr
    group by candidates.company_id, candidates.nr

),

-- What it was copied from may be a copy itself; a copy of a copy's copy is as far as this looks.
stories as (

    select
        copied_from.company_id,
        copied_from.nr,
        copied_from.is_correction,
        coalesce(thirds.earlier_nr, seconds.earlier_nr, copied_from.earlier_nr) as original_nr
    from copied_from
    left join copied_from as seconds
        on
            copied_from.earlier_nr = seconds.nr
            and copied_from.company_id is not distinct from seconds.company_id
    left join copied_from as thirds
        on
            seconds.earlier_nr = thirds.nr
            and seconds.company_id is not distinct from thirds.company_id

),

final as (

    select
        stories.company_id,
        articles.article_id,
        originals.article_id as original_article_id,
        stories.is_correction
    from stories
    inner join articles
        on stories.nr = articles.nr
    inner join articles as originals
        on stories.original_nr = originals.nr

)

select * from final
order by company_id, article_id
