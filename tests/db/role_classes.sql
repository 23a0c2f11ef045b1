-- metrics 1, role class and kind: one person per role text and place, everyone 2018-2019, made 2020.
-- Columns of the cases: text, place, kind, role class (null = the contract does not name it), degree.
begin;
\ir world.sql

create temporary table role_cases (
    case_number integer generated always as identity,
    role_text text not null,
    place text not null,
    kind text not null,
    role_class text,
    degree text,
    clause text not null
);

insert into role_cases (role_text, place, kind, role_class, degree, clause)
values
    -- each class by its plain words
    ('Intern', 'company', 'internship', 'intern', null, 'intern'),
    ('Research Intern', 'company', 'internship', 'intern', null, 'intern before research_staff'),
    ('Intern', 'university', 'internship', 'intern', null, 'intern anywhere = internship'),
    ('Research Intern', 'unresolved', 'internship', 'intern', null, 'intern anywhere = internship'),
    ('Visiting Scholar', 'university', 'visit', 'visitor', null, 'visitor = visit'),
    ('Visiting Researcher', 'company', 'visit', 'visitor', null, 'visitor = visit, at a company too'),
    ('Postdoc', 'university', 'employment', 'postdoc', null, 'postdoc is employment'),
    ('Postdoc', 'company', 'employment', 'postdoc', null, 'postdoc is employment, at a company too'),
    ('Postdoctoral Researcher', 'university', 'employment', 'postdoc', null,
        'postdoc before research_staff'),
    ('PhD student', 'university', 'education', 'phd_student', 'phd', 'phd_student has degree phd'),
    ('PhD Candidate', 'university', 'education', 'phd_student', 'phd', 'phd_student'),
    ('Doctoral Student', 'university', 'education', 'phd_student', 'phd', 'phd_student'),
    ('MS student', 'university', 'education', 'master_student', 'master',
        'master_student has degree master'),
    ('Master student', 'university', 'education', 'master_student', 'master', 'master_student'),
    ('Undergrad student', 'university', 'education', 'undergraduate', 'bachelor',
        'undergraduate has degree bachelor'),
    ('Undergraduate student', 'university', 'education', 'undergraduate', 'bachelor', 'undergraduate'),
    ('Full Professor', 'university', 'employment', 'faculty', null, 'faculty is employment'),
    ('Assistant Professor', 'university', 'employment', 'faculty', null, 'faculty'),
    ('Associate Professor', 'university', 'employment', 'faculty', null, 'faculty'),
    ('Lecturer', 'university', 'employment', 'faculty', null, 'faculty'),
    ('Instructor', 'university', 'employment', 'faculty', null, 'faculty'),
    ('Emeritus', 'university', 'employment', 'faculty', null, 'faculty'),
    ('Adjunct Professor', 'company', 'employment', 'faculty', null, 'faculty is employment anywhere'),
    ('Founder', 'company', 'employment', 'founder', null, 'founder'),
    ('Co-Founder', 'company', 'employment', 'founder', null, 'founder'),
    ('Director', 'company', 'employment', 'manager', null, 'manager'),
    ('Engineering Manager', 'company', 'employment', 'manager', null, 'manager before engineer'),
    ('Research Scientist', 'company', 'employment', 'research_staff', null, 'research_staff'),
    ('Researcher', 'institute', 'employment', 'research_staff', null, 'research_staff'),
    ('Principal Researcher', 'company', 'employment', 'research_staff', null, 'research_staff'),
    ('Applied Scientist', 'company', 'employment', 'research_staff', null, 'research_staff'),
    ('Software Engineer', 'company', 'employment', 'engineer', null, 'engineer'),
    ('Engineer', 'company', 'employment', 'engineer', null, 'engineer'),
    ('Accountant', 'company', 'employment', 'other', null, 'everything else is other'),
    -- the order
    ('Visiting Intern', 'company', 'internship', 'intern', null, 'intern before visitor'),
    ('PhD Intern', 'company', 'internship', 'intern', null, 'intern before phd_student'),
    ('Software Engineer Intern', 'company', 'internship', 'intern', null, 'intern before engineer'),
    ('Visiting Postdoc', 'university', 'visit', 'visitor', null, 'visitor before postdoc'),
    ('Visiting PhD student', 'university', 'visit', 'visitor', null, 'visitor before phd_student'),
    ('Visiting Professor', 'university', 'visit', 'visitor', null, 'visitor before faculty'),
    ('Postdoc and Lecturer', 'university', 'employment', 'postdoc', null, 'postdoc before faculty'),
    ('Master and PhD student', 'university', 'education', 'phd_student', 'phd',
        'phd_student before master_student'),
    ('Undergraduate and Master student', 'university', 'education', 'master_student', 'master',
        'master_student before undergraduate'),
    ('PhD student and Lecturer', 'university', 'education', 'phd_student', 'phd',
        'phd_student before faculty'),
    ('Professor and Founder', 'university', 'employment', 'faculty', null, 'faculty before founder'),
    ('Founder and Director', 'company', 'employment', 'founder', null, 'founder before manager'),
    ('Founder and Researcher', 'company', 'employment', 'founder', null, 'founder before research_staff'),
    ('Director of Research', 'company', 'employment', 'manager', null, 'manager before research_staff'),
    ('Researcher and Software Engineer', 'company', 'employment', 'research_staff', null,
        'research_staff before engineer'),
    -- folding
    ('  POSTDOC  ', 'university', 'employment', 'postdoc', null, 'the text is folded and normalised'),
    ('phd   STUDENT', 'university', 'education', 'phd_student', 'phd', 'the text is folded and normalised'),
    -- students without a degree in the text, assistants
    ('Student', 'university', 'education', null, 'other', 'a student without a degree: degree other'),
    ('Student', 'institute', 'education', null, 'other', 'a student without a degree: degree other'),
    ('Student', 'unresolved', 'education', null, 'other', 'a student without a degree: degree other'),
    ('Student', 'company', 'internship', null, null, 'a student without a degree at a company is an intern'),
    ('Professor of Student Affairs', 'university', 'employment', 'faculty', null,
        'students without a degree are tested after faculty'),
    ('Research Assistant', 'university', 'education', null, 'other',
        'a research assistant at a university is a student with degree other'),
    ('Teaching Assistant', 'university', 'education', null, 'other',
        'a teaching assistant at a university is a student with degree other'),
    ('Research Assistant', 'company', 'employment', 'research_staff', null,
        'a research assistant elsewhere is research_staff'),
    ('Teaching Assistant', 'institute', 'employment', 'research_staff', null,
        'a teaching assistant elsewhere is research_staff'),
    ('Research Assistant', 'unresolved', 'employment', 'research_staff', null,
        'a research assistant elsewhere is research_staff'),
    ('Research Assistant Professor', 'university', 'employment', 'faculty', null,
        'assistants are tested after faculty'),
    ('PhD student and Research Assistant', 'university', 'education', 'phd_student', 'phd',
        'a degree in the text decides before the assistant'),
    -- students elsewhere
    ('PhD student', 'company', 'internship', null, null, 'student classes at a company = internship'),
    ('MS student', 'company', 'internship', null, null, 'student classes at a company = internship'),
    ('Undergrad student', 'company', 'internship', null, null,
        'student classes at a company = internship'),
    ('PhD student', 'institute', 'education', 'phd_student', 'phd',
        'student classes at an institute = education'),
    ('MS student', 'unresolved', 'education', 'master_student', 'master',
        'student classes at an unresolved place = education');

select plan((select count(*)::integer from role_cases) + 1);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');
do $$
declare
    role_case record;
begin
    for role_case in
        select
            role_cases.*,
            places.name as place_name,
            places.domain as place_domain
        from role_cases
        inner join (
            values
                ('company', 'Tencent', 'tencent.com'),
                ('university', 'Tsinghua University', 'tsinghua.edu.cn'),
                ('institute', 'Beijing Academy of Artificial Intelligence', 'baai.ac.cn'),
                ('unresolved', 'Nowhere Research Ltd', null)
        ) as places (place, name, domain)
            on role_cases.place = places.place
        order by role_cases.case_number
    loop
        call pg_temp.add_person(format('~Role_Case%s', role_case.case_number), 2020);
        call pg_temp.add_job(
            format('~Role_Case%s', role_case.case_number),
            role_case.role_text,
            2018,
            2019,
            role_case.place_name,
            role_case.place_domain
        );
    end loop;
end
$$;

call pg_temp.build();

-- Where the contract does not name the role class only kind and degree are compared.
select is(
    (
        select
            string_agg(
                concat_ws(
                    ' ',
                    stint_kind,
                    case when role_cases.role_class is not null then fct_stint.role_class end,
                    fct_stint.degree
                ),
                '; '
            )
        from mart.fct_stint
        where person_id = pg_temp.person_id(format('~Role_Case%s', case_number))
    ),
    concat_ws(' ', kind, role_class, degree),
    format('metrics 1: role "%s", %s: %s', trim(role_text), place, clause)
)
from role_cases
order by case_number;

select is_empty(
    $$
    select role_class from mart.fct_stint
    where
        role_class not in (
            'intern', 'visitor', 'postdoc', 'phd_student', 'master_student', 'undergraduate', 'faculty',
            'founder', 'manager', 'research_staff', 'engineer', 'other', 'student'
        )
    $$,
    'metrics 1: no role class but those listed (and that of students without a degree)'
);

select * from finish();
rollback;
