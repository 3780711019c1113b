-- Which of the contents of its campaign a message has, as `treatment/target/language`. NULL: its campaign has one content alone,
-- or nothing was decided yet.
ALTER TABLE messages ADD COLUMN variant TEXT;
