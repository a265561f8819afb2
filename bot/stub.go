package bot

import "context"

func (b *Bot) notYet(_ context.Context, r Request) (Answer, error) {
	return b.say(r, "This is not ready yet."), nil
}
func (b *Bot) share(ctx context.Context, r Request) (Answer, error)        { return b.notYet(ctx, r) }
func (b *Bot) groupAdd(ctx context.Context, r Request) (Answer, error)     { return b.notYet(ctx, r) }
func (b *Bot) groupList(ctx context.Context, r Request) (Answer, error)    { return b.notYet(ctx, r) }
func (b *Bot) groupSet(ctx context.Context, r Request) (Answer, error)     { return b.notYet(ctx, r) }
func (b *Bot) groupPause(ctx context.Context, r Request) (Answer, error)   { return b.notYet(ctx, r) }
func (b *Bot) groupResume(ctx context.Context, r Request) (Answer, error)  { return b.notYet(ctx, r) }
func (b *Bot) groupRemove(ctx context.Context, r Request) (Answer, error)  { return b.notYet(ctx, r) }
func (b *Bot) groupShow(ctx context.Context, r Request) (Answer, error)    { return b.notYet(ctx, r) }
func (b *Bot) groupRestore(ctx context.Context, r Request) (Answer, error) { return b.notYet(ctx, r) }
func (b *Bot) reminderAdd(ctx context.Context, r Request) (Answer, error)  { return b.notYet(ctx, r) }
func (b *Bot) reminderList(ctx context.Context, r Request) (Answer, error) { return b.notYet(ctx, r) }
func (b *Bot) reminderNext(ctx context.Context, r Request) (Answer, error) { return b.notYet(ctx, r) }
func (b *Bot) reminderHistory(ctx context.Context, r Request) (Answer, error) {
	return b.notYet(ctx, r)
}
func (b *Bot) reminderPause(ctx context.Context, r Request) (Answer, error)  { return b.notYet(ctx, r) }
func (b *Bot) reminderResume(ctx context.Context, r Request) (Answer, error) { return b.notYet(ctx, r) }
func (b *Bot) reminderRemove(ctx context.Context, r Request) (Answer, error) { return b.notYet(ctx, r) }
func (b *Bot) reminderTest(ctx context.Context, r Request) (Answer, error)   { return b.notYet(ctx, r) }
func (b *Bot) reminderShow(ctx context.Context, r Request) (Answer, error)   { return b.notYet(ctx, r) }
func (b *Bot) reminderRestore(ctx context.Context, r Request) (Answer, error) {
	return b.notYet(ctx, r)
}

// Complete implements Handler.
func (b *Bot) Complete(context.Context, Request, string) []Choice { return nil }
