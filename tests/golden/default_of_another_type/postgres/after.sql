CREATE TABLE t (a integer DEFAULT 0, b integer DEFAULT '1', c text DEFAULT 'x', d boolean DEFAULT '0', e jsonb DEFAULT '{}');
