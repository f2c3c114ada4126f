-- A subject's parent is another subject or a company of the vocabulary.
-- Returns the subjects whose parent is neither.

select
    subjects.subject_id,
    subjects.parent_id
from {{ ref('stg_subjects') }} as subjects
left join {{ ref('stg_subjects') }} as parents
    on subjects.parent_id = parents.subject_id
left join {{ ref('stg_companies') }} as companies
    on subjects.parent_id = companies.company_id
where
    subjects.parent_id is not null
    and parents.subject_id is null
    and companies.company_id is null
