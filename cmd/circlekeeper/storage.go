package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"circlekeeper/adapters/database"
	"circlekeeper/bot"
	"circlekeeper/bot/words"
	"circlekeeper/content"
	"circlekeeper/scheduler"
)

// Times of watching the database.
const (
	storageFresh = 30 * time.Second // an older fault may be over
	storageCalm  = time.Minute      // after so long without a fault, it counts as over
	tellAgain    = 30 * time.Second // pause after a notice that could not be sent
	storageAway  = 5 * time.Minute  // staff are told after the server was out of reach for so long
)

// recorder is what storage uses of the engine.
type recorder interface {
	Wrong() (database.Cause, time.Time)
	Away() time.Duration
	Superseded() bool
	TryWrite(ctx context.Context) error
}

// storage tells staff that nothing can be recorded, and when it can be again. It posts without
// the database, so only this process knows of these notices.
type storage struct {
	told  bool
	away  bool      // staff were told that the server is out of reach
	newer bool      // staff were told that a newer program has taken over
	tried time.Time // when a notice was last tried
}

// notice is a text to post, and what to note once it was posted.
type notice struct {
	text string // in the clinic's language
	told func()
}

// due returns what staff must be told without the database, if anything. speaks tells whether
// this process speaks for all of them.
func (s *storage) due(w *words.Reader, of recorder, speaks bool) notice {
	away := of.Away()
	switch {
	case of.Superseded() && !s.newer:
		return notice{w.T("Trouble: an older version of this bot is still running, but a newer version has changed the database. The older one still answers questions, but it no longer posts or changes anything. Next: ask whoever runs this bot to stop the older version and run the newer one."), func() { s.newer = true }}
	case away == 0:
		s.away = false // the engine tells that it is over
	case away >= storageAway && speaks && !s.away:
		return notice{w.T("Trouble: the database has not been reached for %d minutes. The bot still answers questions and requests for help in a crisis, but reminders wait, and nobody can save changes. Reminders that get too late are skipped on record. Next: ask whoever runs the database to get it working again. The bot then goes on by itself.", int(away.Minutes())), func() { s.away = true }}
	}
	return notice{}
}

// look sends the notice that is due, if any.
func (s *storage) look(ctx context.Context, w *words.Reader, of recorder, now time.Time, speaks bool, send func(ctx context.Context, text string) error) error {
	if now.Sub(s.tried) < tellAgain {
		return nil
	}
	if n := s.due(w, of, speaks); n.told != nil {
		s.tried = now
		err := send(ctx, n.text)
		if err == nil {
			n.told()
		}
		return err
	}
	cause, at := of.Wrong()
	text := ""
	switch {
	case at.IsZero():
		return nil
	case !s.told && now.Sub(at) < storageFresh:
		fault := causes(w)[cause]
		text = w.T("Trouble: the bot cannot save anything (%s). The bot still answers questions, but reminders wait, and nobody can save changes. Reminders that get too late are skipped on record. Next: ask whoever runs this bot to %s.", fault.what, fault.next)
	case s.told && now.Sub(at) >= storageCalm && of.TryWrite(ctx) == nil:
		text = w.T("Resolved: the bot can save to the database again.")
	default:
		return nil
	}
	s.tried = now
	if err := send(ctx, text); err != nil {
		return err
	}
	s.told = !s.told
	return nil
}

// causes are the texts for staff about faults of the database.
func causes(w *words.Reader) map[database.Cause]struct{ what, next string } {
	return map[database.Cause]struct{ what, next string }{
		database.Full:     {w.T("no space is left on the disk that holds the database"), w.T("make room on that disk")},
		database.Locked:   {w.T("another program keeps the database locked"), w.T("end that program")},
		database.ReadOnly: {w.T("the database cannot be written"), w.T("give the bot the right to write there")},
		database.Damaged:  {w.T("the database is damaged"), w.T("put a backup in its place, with the command restore")},
		database.Disk:     {w.T("the database's disk cannot be read or written"), w.T("check that disk")},
	}
}

// watchStorage watches the database until ctx ends.
func (w watcher) watchStorage(ctx context.Context, of recorder) error {
	var s storage
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		standby, _ := w.gateway.state()
		err := s.look(ctx, w.books.Clinic(), of, w.now(), !standby, w.sayToStaff)
		if err != nil && ctx.Err() == nil {
			w.log.Error("staff could not be told that nothing can be recorded", "error", err)
		}
	}
}

// sayToStaff posts a notice without a record of it: to staff or, without a place for staff, to the
// moderators of all groups. It fails if there is somebody to tell, or may be, and nobody could be told.
func (w watcher) sayToStaff(ctx context.Context, text string) error {
	places, failed := w.listeners(ctx)
	told := false
	for _, place := range places {
		a := adapterOf(w.adapters, place.Platform)
		if a == nil {
			continue
		}
		send, cancel := context.WithTimeout(ctx, bot.SendTimeout)
		_, err := a.Send(send, place, bot.Message{
			Key:    bot.Key("storage "+w.now().UTC().Format(time.RFC3339Nano), scheduler.Civil{}, place),
			Blocks: []content.Block{content.Text(text)},
		})
		cancel()
		told, failed = told || err == nil, cmp.Or(failed, err)
	}
	if told {
		return nil
	}
	return failed
}

// listeners are the places whose readers hear what concerns the whole program. Moderators are known
// only while the database can be read.
func (w watcher) listeners(ctx context.Context) (places []bot.Place, err error) {
	if w.staff != (bot.Place{}) || w.db == nil {
		return []bot.Place{w.staff}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, inspectTime)
	defer cancel()
	groups, err := w.db.Groups(ctx)
	if err != nil {
		return nil, fmt.Errorf("there is no SLACK_STAFF_CHANNEL, and the groups' moderators cannot be read: %w", err)
	}
	for _, g := range groups {
		if !slices.Contains(places, g.Moderators) {
			places = append(places, g.Moderators)
		}
	}
	return places, nil
}
