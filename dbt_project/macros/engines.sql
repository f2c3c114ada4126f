{#-
    What DuckDB and Spark write differently. Models say the rest in words that both understand; each
    macro here has DuckDB's words as its default and Spark's beside them, and both give the same rows.
-#}

{#- All columns but these: `* {{ without(['a']) }}`. -#}
{% macro without(columns) -%}
    {{ adapter.dispatch('without', 'figurehouse')(columns) }}
{%- endmacro %}

{% macro default__without(columns) -%}
    exclude ({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__without(columns) -%}
    except ({{ columns | join(', ') }})
{%- endmacro %}

{#- A list of these. -#}
{% macro list_of(items) -%}
    {{ adapter.dispatch('list_of', 'figurehouse')(items) }}
{%- endmacro %}

{% macro default__list_of(items) -%}
    [{{ items | join(', ') }}]
{%- endmacro %}

{% macro spark__list_of(items) -%}
    array({{ items | join(', ') }})
{%- endmacro %}

{#- A struct of these: name → expression. -#}
{% macro struct_of(fields) -%}
    {{ adapter.dispatch('struct_of', 'figurehouse')(fields) }}
{%- endmacro %}

{% macro default__struct_of(fields) -%}
    struct_pack({% for name, value in fields.items() %}{{ name }} := {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro spark__struct_of(fields) -%}
    named_struct({% for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}

{#-
    A group's values as a list, of the rows of which `where` is true (null if of none); in the order
    of the keys, nulls last. Together the keys leave no ties.
-#}
{% macro collect(value, order_by, where='true') -%}
    {{ adapter.dispatch('collect', 'figurehouse')(value, order_by, where) }}
{%- endmacro %}

{% macro default__collect(value, order_by, where) -%}
    list({{ value }} order by {{ order_by | join(', ') }}){{ '' if where == 'true' else ' filter (where ' ~ where ~ ')' }}
{%- endmacro %}

{#- Spark orders no aggregate but its own sort of a list; a struct's null comes first there. -#}
{% macro spark__collect(value, order_by, where) -%}
    nullif(transform(
        array_sort(collect_list(struct({% for key in order_by %}{{ key }} is null, {{ key }}, {% endfor %}{{ value }} as item)) filter (where {{ where }})),
        entry -> entry.item
    ), array())
{%- endmacro %}

{#- The texts of a list as one. -#}
{% macro join_texts(list, separator) -%}
    {{ adapter.dispatch('join_texts', 'figurehouse')(list, separator) }}
{%- endmacro %}

{% macro default__join_texts(list, separator) -%}
    array_to_string({{ list }}, '{{ separator }}')
{%- endmacro %}

{% macro spark__join_texts(list, separator) -%}
    array_join({{ list }}, '{{ separator }}')
{%- endmacro %}

{#- A column that makes a row of each element of a list. -#}
{% macro each_of(list) -%}
    {{ adapter.dispatch('each_of', 'figurehouse')(list) }}
{%- endmacro %}

{% macro default__each_of(list) -%}
    unnest({{ list }})
{%- endmacro %}

{% macro spark__each_of(list) -%}
    explode({{ list }})
{%- endmacro %}

{#- The whole numbers from `first` on that are less than `past`, as a list. -#}
{% macro numbers(first, past) -%}
    {{ adapter.dispatch('numbers', 'figurehouse')(first, past) }}
{%- endmacro %}

{% macro default__numbers(first, past) -%}
    range({{ first }}, {{ past }})
{%- endmacro %}

{% macro spark__numbers(first, past) -%}
    sequence({{ first }}, {{ past }} - 1)
{%- endmacro %}

{#- A double as an amount, decimal(38, 8); null where it is too large for one. -#}
{% macro amount(expression) -%}
    {{ adapter.dispatch('amount', 'figurehouse')(expression) }}
{%- endmacro %}

{% macro default__amount(expression) -%}
    try_cast({{ expression }} as decimal(38, 8))
{%- endmacro %}

{#-
    Spark makes a decimal of a double's shortest text, DuckDB of the double itself: the seventeenth
    digit may differ. Here as there the double is scaled and rounded, and its whole binary value
    taken, in two halves that each fit a decimal. (A transform of a list of one gives a value a name.)
    No amount that is reckoned with reaches 1e24; beyond it the shortest text has to do.
-#}
{% macro spark__amount(expression) -%}
    element_at(transform(array(cast({{ expression }} as double)), amount ->
        case
            when abs(amount) < 1e24 then cast(
                cast(floor(round(amount * 1e8) / 9007199254740992D) as decimal(20, 0)) * 90071992.54740992BD
                + cast(
                    round(amount * 1e8) - floor(round(amount * 1e8) / 9007199254740992D) * 9007199254740992D
                    as decimal(16, 0)
                ) * 0.00000001BD
                as decimal(38, 8)
            )
            else try_cast(amount as decimal(38, 8))
        end
    ), 1)
{%- endmacro %}

{#- A number rounded to a power of ten: the one that is no wider than `width`. -#}
{% macro round_to_width(point, width) -%}
    {{ adapter.dispatch('round_to_width', 'figurehouse')(point, width) }}
{%- endmacro %}

{% macro default__round_to_width(point, width) -%}
    round(cast({{ point }} as double), -cast(floor(log10({{ width }})) as integer))
{%- endmacro %}

{#- Spark rounds to a fixed number of digits only. -#}
{% macro spark__round_to_width(point, width) -%}
    case
        when {{ width }} >= 1
            then round(cast({{ point }} as double) / pow(10, floor(log10({{ width }})))) * pow(10, floor(log10({{ width }})))
        else round(cast({{ point }} as double) * pow(10, -floor(log10({{ width }})))) / pow(10, -floor(log10({{ width }})))
    end
{%- endmacro %}

{#- A double with so many significant digits, as C's %g writes it. -#}
{% macro significant(number, digits) -%}
    {{ adapter.dispatch('significant', 'figurehouse')(number, digits) }}
{%- endmacro %}

{% macro default__significant(number, digits) -%}
    format('{:.{{ digits }}g}', {{ number }})
{%- endmacro %}

{#-
    Java's %g keeps zeros and rounds a rounded text; its DecimalFormat rounds the number itself, but a
    whole double always up from the middle, so a large one goes there as a decimal.
-#}
{% macro spark__significant(number, digits) -%}
    {%- set scientific = "'0." ~ '#' * (digits - 1) ~ "E0'" -%}
    element_at(transform(array(struct(
        {{ number }} as number,
        split(coalesce(
            format_number(
                case when abs({{ number }}) >= 1e{{ digits }} then try_cast({{ number }} as decimal(38, 8)) end,
                {{ scientific }}
            ),
            format_number({{ number }}, {{ scientific }})
        ), 'E') as scientific
    )), written ->
        case
            when cast(written.scientific[1] as integer) between -4 and {{ digits - 1 }}
                then trim(trailing '.' from format_number(
                    written.number, '0.' || repeat('#', {{ digits - 1 }} - cast(written.scientific[1] as integer))
                ))
            else
                written.scientific[0]
                || case when written.scientific[1] like '-%' then 'e-' else 'e+' end
                || lpad(ltrim('-', written.scientific[1]), greatest(2, length(ltrim('-', written.scientific[1]))), '0')
        end
    ), 1)
{%- endmacro %}

{#- A number that stands for these values in a join or a partition; never kept, for engines differ. -#}
{% macro hash_of(columns) -%}
    {{ adapter.dispatch('hash_of', 'figurehouse')(columns) }}
{%- endmacro %}

{% macro default__hash_of(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__hash_of(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
