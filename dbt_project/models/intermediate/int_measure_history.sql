{{ config(database='working', slices=8) }}

{#- What settles which value is right: the first that differs, and what `chosen_because` says. -#}
{%- set settles = {
    'doubt asc': 'trust',
    'is_foreign asc': 'reporting_currency',
    'source_tier asc': 'source_tier',
    'is_correction desc': 'corrected',
    'agreeing_articles desc': 'independent_articles',
    'times_told desc': 'told_more_often',
    'looseness asc': 'exact',
    'recency desc': 'latest',
    'statement_nr asc': 'first_told',
} -%}
{%- set agreeing = 'claims.unit_id = spans.unit_id and '
    ~ agree('spans.low', 'spans.high', 'claims.low', 'claims.high') %}

-- Of all claims of a measure one is believed. The rule, which stands here and nowhere else:
--
-- 1. Which value is right? The first by: what is sure; the company's reporting currency; the
--    source tier; what a correction says; how many independent articles agree; how often they state
--    it; the exact before the loose; the latest article that states it; the first to be stated.
-- 2. Of the claims of its unit and tier that agree with it, which states it best? The first by:
--    what is sure; the exact before the loose; how many independent articles agree; how often they
--    state it; the narrowest bounds; the latest article; the first to be stated.
--
-- Claims agree if their bounds overlap; copies of an article are not heard. The rule is applied on
-- each day on which a claim came, to those known by then; where it chooses another a row begins.

with claims as (

    select
        *,
        -- A measure in one number, within its company.
        {{ hash_of([
            'subject_id', 'metric_id', 'measure', "coalesce(comparison, '')", 'period_id'
        ]) }} as measure_nr
    from {{ ref('int_claims') }}
    {{ of_changed_companies() }}

),

-- The same words for a number are one statement, whoever uses them: the claim of who did first.
statements as (

    select
        company_id,
        measure_nr,
        min(claim_nr) as statement_nr,
        min(known_on) as known_on,
        min(case when is_correction then known_on end) as corrected_on,
        min(case when trust in ('sure', 'reviewed') then 0 else 1 end) as doubt,
        unit_id,
        source_tier,
        is_foreign,
        qualifier,
        value,
        low,
        high
    from claims
    where is_heard
    group by all

),

-- Nearly all measures have one statement, and that is believed from its first day on.
sizes as (

    select
        company_id,
        measure_nr,
        count(*) as statements
    from statements
    group by company_id, measure_nr

),

contenders as (

    select
        statements.*,
        case statements.qualifier
            when 'eq' then 1 when 'range' then 2 when 'approx' then 3 else 9
        end as looseness
    from statements
    inner join sizes
        on
            statements.measure_nr = sizes.measure_nr
            and statements.company_id is not distinct from sizes.company_id
    where sizes.statements > 1

),

-- Who agrees with each, by article and then by day.
agreeing_articles as (

    select
        contenders.company_id,
        contenders.measure_nr,
        contenders.statement_nr,
        claims.known_on as day,
        claims.article_nr,
        count(*) as times_told,
        max(case
            when
                claims.value = contenders.value
                and claims.source_tier = contenders.source_tier
                and claims.qualifier = contenders.qualifier
                then claims.recency
        end) as recency
    from contenders
    inner join claims
        on
            contenders.measure_nr = claims.measure_nr
            and contenders.company_id is not distinct from claims.company_id
            and contenders.unit_id = claims.unit_id
    where
        claims.is_heard
        and {{ agree('contenders.low', 'contenders.high', 'claims.low', 'claims.high') }}
    group by all

),

agreeing_by_day as (

    select
        company_id,
        measure_nr,
        statement_nr,
        day,
        count(*) as agreeing_articles,
        sum(times_told) as times_told,
        max(recency) as recency
    from agreeing_articles
    group by all

),

days as (

    select distinct
        company_id,
        measure_nr,
        known_on as day
    from claims
    where is_heard

),

-- Each on each day, with what was known of it by then.
standing as (

    select
        contenders.* {{ without(['qualifier', 'value']) }},
        days.day,
        coalesce(contenders.corrected_on <= days.day, false) as is_correction,
        cast(sum(agreeing.agreeing_articles) over by_then as integer) as agreeing_articles,
        cast(sum(agreeing.times_told) over by_then as integer) as times_told,
        max(agreeing.recency) over by_then as recency
    from contenders
    inner join days
        on
            contenders.measure_nr = days.measure_nr
            and contenders.company_id is not distinct from days.company_id
    left join agreeing_by_day as agreeing
        on
            contenders.measure_nr = agreeing.measure_nr
            and contenders.company_id is not distinct from agreeing.company_id
            and contenders.statement_nr = agreeing.statement_nr
            and days.day = agreeing.day
    window
        by_then as (
            partition by contenders.company_id, contenders.measure_nr, contenders.statement_nr
            order by days.day
        )

),

settled as (

    select
        *,
        row_number() over settling as settling_rank,
        first_value(unit_id) over settling as right_unit_id,
        first_value(source_tier) over settling as right_tier,
        first_value(low) over settling as right_low,
        first_value(high) over settling as right_high
    from standing
    where known_on <= day
    window
        settling as (
            partition by company_id, measure_nr, day
            order by
                {{ settles | join(', ') }}
        )

),

compared as (

    select
        *,
        unit_id = right_unit_id and {{ agree('low', 'high', 'right_low', 'right_high') }} as agrees
    from settled

),

best as (

    select
        company_id,
        measure_nr,
        day,
        statement_nr,
        unit_id,
        low,
        high
    from compared
    qualify
        row_number() over (
            partition by company_id, measure_nr, day
            order by
                not (agrees and source_tier = right_tier) asc,
                doubt asc,
                looseness asc,
                agreeing_articles desc,
                times_told desc,
                high - low asc nulls last,
                recency desc,
                statement_nr asc
        ) = 1

),

chosen as (

    select
        *,
        lead(statement_nr) over in_time as next_nr,
        lead(day) over in_time as valid_to,
        min(day) over in_time as first_day
    from best
    window
        in_time as (
            partition by company_id, measure_nr
            order by day
        )

),

-- One row for the days in which one statement was believed; `day` is the last that chose it.
spans as (

    select
        company_id,
        measure_nr,
        day,
        statement_nr,
        unit_id,
        low,
        high,
        coalesce(lag(valid_to) over in_time, first_day) as valid_from,
        valid_to,
        lag(statement_nr) over in_time as previous_nr,
        lag(unit_id) over in_time = unit_id
        and not {{ agree('low', 'high', 'lag(low) over in_time', 'lag(high) over in_time') }}
            as is_restatement
    from chosen
    where next_nr is distinct from statement_nr
    window
        in_time as (
            partition by company_id, measure_nr
            order by day
        )

    union all

    select
        statements.company_id,
        statements.measure_nr,
        statements.known_on as day,
        statements.statement_nr,
        statements.unit_id,
        statements.low,
        statements.high,
        statements.known_on as valid_from,
        cast(null as date) as valid_to,
        cast(null as integer) as previous_nr,
        false as is_restatement
    from statements
    inner join sizes
        on
            statements.measure_nr = sizes.measure_nr
            and statements.company_id is not distinct from sizes.company_id
    where sizes.statements = 1

),

-- The right value beside the best of those that it rules out: what settled between them.
disputes as (

    select
        rivals.company_id,
        rivals.measure_nr,
        rivals.day,
        case
            {%- for order, reason in settles.items() %}
            {%- set column = order.split(' ')[0] %}
            when rivals.{{ column }} != the_right.{{ column }} then '{{ reason }}'
            {%- endfor %}
        end as settled_by
    from compared as rivals
    inner join compared as the_right
        on
            rivals.measure_nr = the_right.measure_nr
            and rivals.company_id is not distinct from the_right.company_id
            and rivals.day = the_right.day
    where
        not rivals.agrees
        and the_right.settling_rank = 1
    qualify
        row_number() over (
            partition by rivals.company_id, rivals.measure_nr, rivals.day
            order by rivals.settling_rank
        ) = 1

),

-- What had been claimed by the end of those days, by copies too.
claimed as (

    select
        spans.company_id,
        spans.measure_nr,
        spans.statement_nr,
        spans.valid_from,
        count(*) as claims,
        max(claims.article_nr) as articles,
        count(distinct case
            when claims.is_heard then claims.article_nr
        end) as independent_articles,
        count(case when {{ agreeing }} then 1 end) as agreeing_claims,
        count(distinct case
            when claims.is_heard and {{ agreeing }} then claims.article_nr
        end) as agreeing_articles,
        min(case when claims.unit_id = spans.unit_id then claims.value end) as lowest_value,
        max(case when claims.unit_id = spans.unit_id then claims.value end) as highest_value
    from spans
    inner join claims
        on
            spans.measure_nr = claims.measure_nr
            and spans.company_id is not distinct from claims.company_id
            and claims.known_on < coalesce(spans.valid_to, date '9999-12-31')
    group by all

),

final as (

    select
        {%- for column in measure_columns() %}
        claims.{{ column }},
        {%- endfor %}
        spans.valid_from,
        spans.valid_to,
        spans.valid_to is null as is_current,
        case
            when spans.previous_nr is null then 'first_claim'
            when spans.is_restatement then 'restatement'
            else 'better_claim'
        end as opened_by,
        previous.figure_id as previous_figure_id,
        claims.figure_id,
        claims.article_id,
        claims.subject_type,
        claims.unit_id,
        claims.qualifier,
        claims.value,
        claims.point,
        claims.low,
        claims.high,
        claims.shown,
        claims.confidence,
        claims.trust,
        claims.source_tier,
        case
            when claimed.claims = 1 then 'only_claim'
            when disputes.settled_by is not null then disputes.settled_by
            when claimed.agreeing_claims = claimed.claims then 'all_agree'
            -- What disagrees with it agrees with the right value, or is a copy's.
            else 'closest'
        end as chosen_because,
        claimed.claims,
        cast(claimed.articles as bigint) as articles,
        claimed.independent_articles,
        claimed.agreeing_claims,
        claimed.agreeing_articles,
        claimed.lowest_value,
        claimed.highest_value,
        {{ quotient('(claimed.highest_value - claimed.lowest_value)', 'abs(claims.value)') }}
            as relative_spread
    from spans
    inner join claims
        on
            spans.measure_nr = claims.measure_nr
            and spans.company_id is not distinct from claims.company_id
            and spans.statement_nr = claims.claim_nr
    inner join claimed
        on
            spans.measure_nr = claimed.measure_nr
            and spans.company_id is not distinct from claimed.company_id
            and spans.statement_nr = claimed.statement_nr
            and spans.valid_from = claimed.valid_from
    left join disputes
        on
            spans.measure_nr = disputes.measure_nr
            and spans.company_id is not distinct from disputes.company_id
            and spans.day = disputes.day
    left join claims as previous
        on
            spans.measure_nr = previous.measure_nr
            and spans.company_id is not distinct from previous.company_id
            and spans.previous_nr = previous.claim_nr

)

select * from final
order by company_id, period_id, subject_id, metric_id
