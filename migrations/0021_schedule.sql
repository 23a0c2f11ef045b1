-- Time-of-day windows of the schedule.

create function fn.is_within_window(at_time time, window_from time, window_to time)
returns boolean
language sql
immutable
set search_path = ''
return
    case
        when window_from is null or window_to is null then true
        when window_from <= window_to then at_time >= window_from and at_time < window_to
        else at_time >= window_from or at_time < window_to
    end;
comment on function fn.is_within_window(time, time, time) is
    'Whether a time of day (UTC) lies in [window_from, window_to); a window may span midnight; no bounds: always.';

comment on table meta.schedules is
    'One row per scheduled stream: how often it runs, when it is due next, how the last run ended.';
comment on column meta.schedules.interval_seconds is 'Seconds between the end of a run and the next one.';
comment on column meta.schedules.window_from is 'Start of the time of day (UTC) in which runs may start; null: any time.';
comment on column meta.schedules.window_to is 'End of that window; earlier than window_from: it spans midnight.';
comment on column meta.schedules.jitter_seconds is 'Most seconds added at random, so that hosts do not ask at once.';
comment on column meta.schedules.is_enabled is 'False: never started by the scheduler.';
comment on column meta.schedules.next_due_at is 'When it is due; moved one lease ahead while a scheduler runs it.';
comment on column meta.schedules.n_failures is 'Failures in a row; the delay before the next try doubles with each.';
comment on column meta.schedules.last_started_at is 'When a scheduler last started it.';
comment on column meta.schedules.last_finished_at is 'When that run ended.';
comment on column meta.schedules.last_exit_code is 'Exit code of that run; 75: parked, goes on at the budget''s reset.';
comment on column meta.schedules.last_error is 'Class and message of the failure, without data.';
