-- requires: core.publish_view, core.fold_name
-- One row per organisation name as written that no organisation could be decided for.
-- Most people first is how to read it (order by n_people desc). The best guess shares most words with a known
-- name (Jaccard index over words); it is a hint for curation and decides nothing.
-- Answers: which names should be curated next?
select core.publish_view('mart', 'unresolved_organisation', array['raw_name'], $query$
with
unresolved as (
    select
        strings.string_id,
        left(case when strings.raw_name = '' then strings.raw_domain else strings.raw_name end, 300) as raw_name,
        strings.folded_name
    from core.organisation_strings as strings
    where
        strings.organisation_id = 0
        and strings.n_claims > 0
        and (strings.raw_name != '' or strings.raw_domain != '')
),
uses as (
    select unresolved.raw_name, claims.person_id
    from unresolved
    inner join core.history_claims as claims
        on unresolved.string_id = claims.string_id
    union all
    select unresolved.raw_name, claims.person_id
    from unresolved
    inner join core.affiliation_claims as claims
        on unresolved.string_id = claims.string_id
    where claims.person_id > 0
),
counted as (
    select
        uses.raw_name,
        count(distinct uses.person_id)::integer as n_people,
        count(*)::integer as n_claims
    from uses
    group by uses.raw_name
),
words as (
    select distinct unresolved.raw_name, words.word
    from unresolved
    inner join counted
        on unresolved.raw_name = counted.raw_name
    cross join lateral regexp_split_to_table(left(unresolved.folded_name, 300), ' ') as words (word)
    where words.word != ''
),
known_names as (
    select distinct
        organisations.organisation_key,
        strings.folded_name,
        string_to_array(strings.folded_name, ' ') as name_words
    from core.organisation_strings as strings
    inner join core.organisations as organisations
        on strings.organisation_id = organisations.organisation_id
    where strings.n_claims > 0 and strings.folded_name != '' and length(strings.folded_name) <= 300
    union
    select
        organisations.organisation_key,
        core.fold_name(organisations.organisation_name) as folded_name,
        string_to_array(core.fold_name(organisations.organisation_name), ' ') as name_words
    from core.organisations as organisations
    where organisations.is_curated
),
known_words as (
    select
        known_names.organisation_key,
        known_names.folded_name,
        cardinality(known_names.name_words) as n_words,
        words.word
    from known_names
    cross join lateral unnest(known_names.name_words) as words (word)
    where words.word in (select words.word from words)
    group by known_names.organisation_key, known_names.folded_name, known_names.name_words, words.word
),
telling_words as (
    select known_words.word
    from known_words
    group by known_words.word
    having count(*) <= 200
),
candidates as (
    select distinct words.raw_name, known_words.organisation_key, known_words.folded_name, known_words.n_words
    from words
    inner join telling_words
        on words.word = telling_words.word
    inner join known_words
        on words.word = known_words.word
),
word_counts as (
    select words.raw_name, count(*) as n_words
    from words
    group by words.raw_name
),
shared as (
    select
        candidates.raw_name,
        candidates.organisation_key,
        candidates.folded_name,
        candidates.n_words,
        count(*) as n_shared
    from candidates
    inner join words
        on candidates.raw_name = words.raw_name
    inner join known_words
        on
            candidates.organisation_key = known_words.organisation_key
            and candidates.folded_name = known_words.folded_name
            and words.word = known_words.word
    group by candidates.raw_name, candidates.organisation_key, candidates.folded_name, candidates.n_words
),
guesses as (
    select distinct on (shared.raw_name)
        shared.raw_name,
        shared.organisation_key as best_guess_key,
        shared.n_shared::double precision
            / (word_counts.n_words + shared.n_words - shared.n_shared) as best_score
    from shared
    inner join word_counts
        on shared.raw_name = word_counts.raw_name
    order by
        shared.raw_name,
        shared.n_shared::double precision / (word_counts.n_words + shared.n_words - shared.n_shared) desc,
        shared.organisation_key collate "C",
        shared.folded_name collate "C"
)
select
    counted.raw_name,
    counted.n_people,
    counted.n_claims,
    guesses.best_guess_key,
    guesses.best_score
from counted
left join guesses
    on counted.raw_name = guesses.raw_name
$query$);
comment on view mart.unresolved_organisation is
    'One row per organisation name as written that could not be placed; order by n_people desc to see what matters most.';
comment on column mart.unresolved_organisation.raw_name is 'Name as written; the domain text where there is no name.';
comment on column mart.unresolved_organisation.n_people is 'People with such a statement.';
comment on column mart.unresolved_organisation.n_claims is 'Statements with the name.';
comment on column mart.unresolved_organisation.best_guess_key is 'Organisation with the most similar name; null = none similar.';
comment on column mart.unresolved_organisation.best_score is 'Share of words in common (Jaccard), 0 to 1; null without guess.';
