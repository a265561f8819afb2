-- Why a reminder rests is a value; fault keeps its detail.
alter table reminders add column fault_code text not null default '';
update reminders set fault_code = 'never_again', fault = '' where fault = 'the rule never comes true again';
update reminders set fault_code = 'rule_fault' where fault <> '';
