-- Rights that one process has at a time, such as the Discord gateway; moments are
-- milliseconds by the server's clock. Used on PostgreSQL alone: see right.go.
create table leases (
	name   text   primary key,
	holder text   not null,
	until  bigint not null, -- then another may take it
	served bigint not null, -- when the holder last did what the right is for
	wanted bigint not null  -- when another last asked for it
);
