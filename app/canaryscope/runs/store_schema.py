"""The tables of the RunStore, in SQL."""

from __future__ import annotations

__all__ = ["COLUMNS", "FOLD", "INSERT", "SCHEMA", "UNFOLD", "UPDATE"]

SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -3072;
CREATE TABLE run (
    row INTEGER PRIMARY KEY, identity INTEGER NOT NULL, at INTEGER NOT NULL, dry INTEGER NOT NULL, seq INTEGER NOT NULL,
    failed INTEGER NOT NULL, cause INTEGER, length, id, name, scheduled_run_id, retry_attempt, state, state_reason,
    state_reason_code, test_result, started, completed, metric_timestamp, artifact_base, artifact_rest, dry_run_id,
    browser_type, location,
    head INTEGER, members INTEGER NOT NULL DEFAULT 1, failures INTEGER NOT NULL, outcome INTEGER,
    longest INTEGER
);
CREATE UNIQUE INDEX identity ON run (identity);
CREATE INDEX place ON run (at DESC, dry, seq);
CREATE INDEX failure ON run (at DESC, dry, seq) WHERE failures;
CREATE INDEX member ON run (head) WHERE head IS NOT NULL;
CREATE INDEX cause ON run (cause, dry, browser_type, location, at) WHERE cause IS NOT NULL;
CREATE INDEX dry_run ON run (dry_run_id, at DESC, seq) WHERE dry;

CREATE TABLE outcomes (day INTEGER, outcome INTEGER, runs INTEGER, PRIMARY KEY (day, outcome)) WITHOUT ROWID;
CREATE TABLE causes (
    cause INTEGER, dry INTEGER, browser_type, location, runs INTEGER, UNIQUE (cause, dry, browser_type, location)
);
CREATE TABLE lengths (length INTEGER PRIMARY KEY, runs INTEGER);
CREATE TRIGGER outcome_came AFTER INSERT ON run WHEN NEW.outcome IS NOT NULL BEGIN
    INSERT INTO outcomes VALUES (NEW.at / 86400000000, NEW.outcome, 1) ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER outcome_went AFTER UPDATE OF at, outcome ON run
WHEN OLD.outcome IS NOT NULL AND (OLD.outcome IS NOT NEW.outcome OR OLD.at != NEW.at) BEGIN
    UPDATE outcomes SET runs = runs - 1 WHERE day = OLD.at / 86400000000 AND outcome = OLD.outcome;
END;
CREATE TRIGGER outcome_changed AFTER UPDATE OF at, outcome ON run
WHEN NEW.outcome IS NOT NULL AND (OLD.outcome IS NOT NEW.outcome OR OLD.at != NEW.at) BEGIN
    INSERT INTO outcomes VALUES (NEW.at / 86400000000, NEW.outcome, 1) ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER cause_came AFTER INSERT ON run WHEN NEW.cause IS NOT NULL BEGIN
    INSERT INTO causes VALUES (NEW.cause, NEW.dry, coalesce(NEW.browser_type, ''), coalesce(NEW.location, ''), 1)
        ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER cause_changed AFTER UPDATE OF cause ON run WHEN OLD.cause IS NOT NEW.cause BEGIN
    UPDATE causes SET runs = runs - 1 WHERE cause = OLD.cause AND dry = OLD.dry
        AND browser_type = coalesce(OLD.browser_type, '') AND location = coalesce(OLD.location, '');
    INSERT INTO causes SELECT NEW.cause, NEW.dry, coalesce(NEW.browser_type, ''), coalesce(NEW.location, ''), 1
        WHERE NEW.cause IS NOT NULL ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER length_came AFTER INSERT ON run WHEN NEW.length IS NOT NULL AND NOT NEW.dry BEGIN
    INSERT INTO lengths VALUES (NEW.length, 1) ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER length_changed AFTER UPDATE OF length ON run WHEN OLD.length IS NOT NEW.length AND NOT NEW.dry BEGIN
    UPDATE lengths SET runs = runs - 1 WHERE length = OLD.length;
    INSERT INTO lengths SELECT NEW.length, 1 WHERE NEW.length IS NOT NULL ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
"""
"""`cause` is the store's number of the cause of a failed run: an INTEGER, as in `causes`, for else no index finds it.
`length` is a completed run's duration in tenths of a second.

The last lines of `run` are about scheduled runs: `head` is NULL for a head and names it for the others; `members`,
`failures`, `outcome` and `longest` (the `length` of the longest run of several) are those of the head. A dry run has no
`outcome`: it never counts. `outcomes`, `lengths` and `causes` are kept by the triggers: the canary's scheduled runs by
UTC day and outcome, its completed runs by duration, failed runs by cause, browser and location ('' for none).
"""
COLUMNS = (
    "identity, at, dry, seq, failed, cause, length, id, name, scheduled_run_id, retry_attempt, state, state_reason,"
    " state_reason_code, test_result, started, completed, metric_timestamp, artifact_base, artifact_rest, dry_run_id,"
    " browser_type, location"
)
INSERT = f"INSERT INTO run ({COLUMNS}, failures, outcome) VALUES ({', '.join('?' * (COLUMNS.count(',') + 3))})"
UPDATE = f"UPDATE run SET ({COLUMNS}) = ({', '.join('?' * (COLUMNS.count(',') + 1))}) WHERE row = ?"
FOLD = "UPDATE run SET head = NULL, members = ?, failures = ?, outcome = iif(dry, NULL, ?), longest = ? WHERE row = ?"
"""Make a run the head of its schedule; a dry run has no outcome."""
UNFOLD = "UPDATE run SET head = ?, members = 0, failures = 0, outcome = NULL, longest = NULL WHERE row = ?"
"""Make a run one of those that name a head."""
