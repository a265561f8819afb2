-- What some groups agree on is kept in view in their channels: 1 for those.
alter table groups add column in_view bigint not null default 0;
create index deliveries_view on deliveries (at) where card = 'agreements';
