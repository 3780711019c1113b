-- How far a removal has come that leaves its rows in place: everything up to this id is done.
CREATE TABLE sweeps (
    name TEXT PRIMARY KEY,
    done_until TEXT NOT NULL
);

INSERT INTO sweeps (name, done_until) VALUES ('bodies', '');
