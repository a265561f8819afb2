package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// Times and bounds of following changes of the cards.
const (
	contentEvery  = 3 * time.Second // how often the program looks for changes
	contentAgain  = time.Minute     // a lasting fault is reported so often: another process may have healed it
	contentFaults = 10              // staff are told of so many files at a time
)

// reloader puts changed cards of CONTENT_DIR in force while the program runs. If the new ones
// cannot be used, the old ones stay in force.
type reloader struct {
	o        *opened
	to       reporter
	seen     content.Stamp // the folder's state that is in force or was refused
	waits    content.Stamp // a state seen once: if it changes until the next look, a file is still being written
	faults   []bot.Trouble // what is wrong with the folder now
	reported time.Time

	sentences []content.Finding // what lint finds in the catalogues in force
}

// followContent reads changed cards until ctx ends: a few seconds after a change, or at once on
// SIGHUP.
func (o *opened) followContent(ctx context.Context, to reporter) error {
	r := &reloader{o: o, to: to}
	if dir, err := o.config.contentDir(); err == nil && o.config.ContentDir != "" {
		r.sentences, err = words.Faults(words.Options{Dir: dir, DirName: "."})
		if err != nil {
			o.log.Warn("the sentences in CONTENT_DIR could not be checked", "error", err)
		}
	}
	tick := time.NewTicker(contentEvery)
	defer tick.Stop()
	for {
		asked := false
		select {
		case <-ctx.Done():
			return nil
		case <-o.hangups:
			asked = true
			o.log.Info("SIGHUP: cards and sentences are read anew; a restart reads changed settings")
		case <-tick.C:
		}
		if o.config.ContentDir == "" {
			continue
		}
		if err := r.look(ctx, asked); err != nil && ctx.Err() == nil {
			o.log.Error("the state of CONTENT_DIR could not be told", "error", err)
		}
	}
}

// look reads the cards if they have changed, or if asked is set. What staff could not be told
// is tried again at the next look.
func (r *reloader) look(ctx context.Context, asked bool) error {
	stamp, err := r.stamp()
	switch {
	case err != nil:
		wrong := []error{err}
		if slices.Equal(contentTroubles(wrong), r.faults) && r.o.now().Sub(r.reported) < contentAgain {
			return nil
		}
		return r.tell(ctx, content.Stamp{}, wrong)
	case !asked && stamp == r.seen:
		if len(r.faults) == 0 || r.o.now().Sub(r.reported) < contentAgain {
			return nil
		}
		return r.report(ctx)
	case !asked && stamp != r.waits:
		r.waits = stamp
		return nil
	}
	return r.tell(ctx, stamp, r.load())
}

func (r *reloader) stamp() (content.Stamp, error) {
	dir, err := r.o.config.contentDir()
	if err != nil {
		return content.Stamp{}, err
	}
	return content.TakeStamp(dir)
}

// load puts the cards and the other texts in force, or returns all that is wrong with them.
// Names of commands change only at a restart.
func (r *reloader) load() []error {
	dir, err := r.o.config.contentDir()
	if err != nil {
		return []error{err}
	}
	sentences := words.Options{Locale: r.o.config.Locale, Dir: dir, DirName: "."}
	books, err := words.Open(sentences)
	if err != nil {
		return []error{err}
	}
	found, err := words.Faults(sentences)
	if err != nil {
		return []error{err}
	}
	deck := r.o.bot.Deck()
	library, err := content.Load(content.Options{
		Set: r.o.config.options(), Dir: dir, DirName: ".", Langs: books.Langs(), Voice: books.Voice(),
	})
	if err != nil {
		return each(err)
	}
	var wrong []error
	for _, f := range append(r.since(found), library.LintSince(deck.Library())...) {
		wrong = append(wrong, &content.Problem{File: f.File, Line: f.Line, Reason: fmt.Sprintf("%s (%s)", f.Message, f.Rule)})
	}
	if len(wrong) > 0 {
		return wrong
	}
	back := r.o.books.Use(books)
	before := deck.Library().Fingerprint()
	if err := r.o.bot.SetLibrary(library); err != nil {
		back()
		return []error{err}
	}
	r.sentences = found
	if after := library.Fingerprint(); after != before {
		r.o.log.Info("changed cards are in force; words that were not signed wait for a signature", "cards", after)
	}
	return nil
}

// since returns the faults that the catalogues in force do not have.
func (r *reloader) since(found []content.Finding) []content.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f content.Finding) bool {
		return slices.ContainsFunc(r.sentences, func(old content.Finding) bool { return old.File == f.File && old.Message == f.Message })
	})
}

// tell reports what is wrong with the folder, and heals what no longer is.
func (r *reloader) tell(ctx context.Context, stamp content.Stamp, wrong []error) error {
	r.faults = contentTroubles(wrong)
	for _, t := range r.faults {
		r.o.log.Error("cards cannot be used; those of before stay in force", "because", t.Reason.Detail)
	}
	r.seen, r.reported = content.Stamp{}, time.Time{} // makes the next look try again if telling fails
	if err := r.report(ctx); err != nil {
		return err
	}
	if err := r.heal(ctx); err != nil {
		return err
	}
	r.seen = stamp
	return nil
}

func (r *reloader) report(ctx context.Context) error {
	for _, t := range r.faults {
		if err := r.to.Report(ctx, t); err != nil {
			return err
		}
	}
	r.reported = r.o.now()
	return nil
}

// heal ends the troubles with files that this process can use, also those that an earlier
// process has reported.
func (r *reloader) heal(ctx context.Context) error {
	open, err := r.o.db.Troubles(ctx)
	if err != nil {
		return err
	}
	wrong := make(map[bot.Subject]bool)
	for _, t := range r.faults {
		wrong[t.Subject] = true
	}
	for _, t := range open {
		if t.Subject.Kind == bot.AboutContent && !wrong[t.Subject] {
			if err := r.to.Healed(ctx, t.Trouble); err != nil {
				return err
			}
		}
	}
	return nil
}

// contentTroubles returns a trouble for each file that cannot be used, with its first fault.
func contentTroubles(wrong []error) []bot.Trouble {
	var out []bot.Trouble
	told := make(map[string]bool)
	for _, err := range wrong {
		file, says := "CONTENT_DIR", err.Error()
		if p, ok := errors.AsType[*content.Problem](err); ok {
			file = p.File
		}
		if !told[file] && len(out) < contentFaults {
			told[file] = true
			out = append(out, bot.Trouble{Subject: bot.AboutContent.Of(bot.Short(file, 120)), Reason: bot.BadContent.With(bot.Short(says, 300))})
		}
	}
	return out
}
