-- In which order venues are asked for when requests are scarce.

create table core.ref_venue_influence (
    host text not null,
    influence_rank integer not null,
    why text not null,
    constraint ref_venue_influence_pkey primary key (host)
);
select fn.reference('core.ref_venue_influence');
comment on table core.ref_venue_influence is 'One row per host whose venues are asked for before those of others.';
comment on column core.ref_venue_influence.host is 'Host of the venue group, as OpenReview names it.';
comment on column core.ref_venue_influence.influence_rank is '1 first; hosts without a row come after all ranks.';
comment on column core.ref_venue_influence.why is 'Why it comes early.';
