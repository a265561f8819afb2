package intake

import (
	"context"
	"sync"
	"time"

	"circlekeeper/bot"
)

// Question is a request whose answer a person waits for.
type Question struct {
	// Ask asks the core. Its context ends at the desk's limit, or when the program
	// gives the request up.
	Ask func(ctx context.Context) bot.Answer
	// Sorry makes the answer for when Ask panics or does not return in time.
	Sorry func() bot.Answer

	// Quick is how long the platform waits for the answer. If the answer is not ready by
	// then, Promise tells the platform that it will come; it returns false if the person
	// cannot be reached any more. Without Promise the answer may take until the limit.
	Quick   time.Duration
	Promise func() bool
	// Show shows the answer. promised says that Promise came first.
	Show func(a bot.Answer, promised bool)
}

// Answer asks the core and shows its answer, or, at the desk's limit, an apology. It shows
// exactly one of them and returns when Ask and Show have both returned.
func (v *Visit) Answer(q Question) {
	ctx, cancel := context.WithTimeout(v.run.ctx, v.desk.c.Limit)
	defer cancel()
	var mu sync.Mutex // held during Promise and Show, so that they do not overlap
	promised, over := false, false
	finish := func(a bot.Answer) {
		mu.Lock()
		defer mu.Unlock()
		if over {
			return
		}
		over = true
		q.Show(a, promised)
	}
	if q.Promise != nil {
		promise := time.AfterFunc(q.Quick, func() {
			defer v.desk.Recover()
			mu.Lock()
			defer mu.Unlock()
			if over {
				return
			}
			promised = true
			over = !q.Promise() // a change that was asked for goes on all the same
		})
		defer promise.Stop()
	}
	late := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(late)
		defer v.desk.Recover()
		finish(q.Sorry())
	})
	var a bot.Answer
	answered := false
	func() {
		defer v.desk.Recover()
		a = q.Ask(ctx)
		answered = true
	}()
	if !answered || ctx.Err() != nil { // at the limit both would race: then it is always the apology
		a = q.Sorry()
	}
	finish(a)
	if !stop() {
		<-late // it may still be apologising
	}
}

// Complete asks the core for values while somebody types. It returns none if the core takes
// longer than limit.
func (v *Visit) Complete(limit time.Duration, ask func(ctx context.Context) []bot.Choice) (got []bot.Choice) {
	ctx, cancel := context.WithTimeout(v.run.ctx, limit)
	defer cancel()
	defer v.desk.Recover()
	if all := ask(ctx); ctx.Err() == nil {
		got = all
	}
	return got
}
