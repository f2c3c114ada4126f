-- Question: how sticky is an app (DAU/MAU), and how many users did it have a quarter before?
-- Reading: users in millions. `stickiness` is rounded to what its bounds allow and null where only
-- one of DAU and MAU is known exactly; the implied values come from the stated growth or change.

select
    subjects.subject_name,
    metrics.period_id,
    cast(metrics.dau / 1e6 as double) as dau,
    cast(metrics.dau_implied_prior_quarter / 1e6 as double) as dau_a_quarter_before,
    cast(metrics.dau_implied_prior_quarter_low / 1e6 as double) as dau_a_quarter_before_at_least,
    cast(metrics.dau_implied_prior_quarter_high / 1e6 as double) as dau_a_quarter_before_at_most,
    cast(metrics.mau / 1e6 as double) as mau,
    cast(metrics.mau_implied_prior_quarter / 1e6 as double) as mau_a_quarter_before,
    cast(metrics.dau_mau as double) as stickiness,
    cast(metrics.dau_mau_low as double) as stickiness_at_least,
    cast(metrics.dau_mau_high as double) as stickiness_at_most,
    cast(metrics.daily_minutes as double) as daily_minutes
from marts.fct_user_metrics as metrics
inner join marts.dim_subject as subjects
    on metrics.subject_key = subjects.subject_key
where metrics.dau is not null or metrics.mau is not null
order by stickiness desc nulls last, metrics.mau desc nulls last, subjects.subject_name asc
