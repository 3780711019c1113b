-- What a message said is kept packed, as its difference from the content it was rendered from. What older messages said is
-- not kept: nobody has released a version that wrote it.
ALTER TABLE renderings DROP COLUMN html;
ALTER TABLE renderings DROP COLUMN body_text;
ALTER TABLE renderings DROP COLUMN headers;
ALTER TABLE renderings ADD COLUMN body BYTEA;
