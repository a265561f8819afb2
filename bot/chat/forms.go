package chat

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// A form that changes a thing carries the thing's version. If two people change it, the one
// who saves first wins. The other sees what changed, and the form again with the new values.

// editing is a form that adds or changes one thing, such as a group.
type editing[T any] struct {
	kind, id string // as the audit trail names them; no id for a new thing
	title    string
	call     bot.Call // what the form submits
	version  int64    // the thing's version; 0 for a new one
	now      T        // the thing as saved, or the first values of a new one
	table    changes.Table[T]
	asks     []string // the fields that the form shows; the call may carry others of the table
	asker    changes.Asker

	// draft fills in what nobody wrote, and returns what would be saved, also as blocks to
	// show, or what is wrong with it.
	draft func(ctx context.Context, v T) (T, []content.Block, error)
	// save saves it and answers. ErrChanged means that somebody else's change came first.
	save func(ctx context.Context, v T) (bot.Answer, error)
	// retry begins again with the thing as it is saved now.
	retry func(ctx context.Context, r asked) (bot.Answer, error)
}

// edit opens a form. If the form was submitted, edit saves it, or shows it again with what is
// wrong, with what somebody else changed, or with what would be saved.
func edit[T any](ctx context.Context, k *kit, r asked, e editing[T]) (bot.Answer, error) {
	if !r.Submit {
		return bot.Answer{Form: e.form(ctx, r, nil)}, nil
	}
	if e.id != "" && r.Flow.Version != e.version {
		return e.conflict(ctx, k, r)
	}
	v := e.now
	err := e.table.Replace(ctx, e.asker, &v, e.table.Written(r.Args))
	var shown []content.Block
	if err == nil {
		v, shown, err = e.draft(ctx, v)
	}
	if err == nil {
		if a, ok := previewed(r, e.form(ctx, r, nil), shown); ok {
			return a, nil
		}
		var a bot.Answer
		if a, err = e.save(ctx, v); err == nil {
			return a, nil
		}
	}
	if errors.Is(err, bot.ErrChanged) { // somebody else saved after we read the thing
		return e.retry(ctx, r)
	}
	if _, said := bot.ForPerson(err); !said {
		return bot.Answer{}, err
	}
	return bot.Answer{Form: e.form(ctx, r, err)}, nil
}

// form makes the form. Its fields keep what somebody wrote before, and say what is wrong with
// it; err is a further error.
func (e editing[T]) form(ctx context.Context, r asked, err error) *bot.Form {
	f := &bot.Form{Title: e.title, Call: e.call, Submit: r.w.T("Save")}
	f.Call.Flow.Version = e.version
	if opened := r.Flow.Version; opened != 0 && !r.Submit { // it was opened before, on that version
		f.Call.Flow.Version = opened
	}
	if r.Preview {
		f.Submit = r.w.T("Preview")
	}
	var faults map[string]error
	if r.Submit {
		faults = e.table.Faults(ctx, e.asker, e.now, e.table.Written(r.Args))
	}
	if name := bot.FieldOf(err); err != nil && slices.Contains(e.asks, name) {
		faults[name] = err
	}
	shown := e.now // and what the command named, so that the choices fit that
	if !r.Submit {
		_ = e.table.Add(ctx, e.asker, &shown, r.Args)
	}
	for _, row := range e.table.Only(e.asks...) {
		field := row.Form(r.w, shown)
		field.Place = field.Place && picked(r.Platform, row, row.Texts(r.w, shown), e.id == "")
		if e.id == "" || field.Place {
			field.Label = r.w.T(row.Label)
		}
		if written, ok := r.Args[field.Name]; ok {
			field.Value = bot.Short(written, cmp.Or(field.Max, 200))
		}
		if len([]rune(field.Value)) > cmp.Or(field.Max, 200) {
			continue // the form leaves out a value that does not fit, which then stays as it is
		}
		if values, ok := field.Picked(); ok {
			field.Value = strings.Join(values, ",")
		} else {
			field.Choices = nil // as text, the field keeps what was written
		}
		if fault := cut(r, field, row.Label, faults[field.Name]); fault != nil {
			field.Error = words.Sentence(r.w.Fault(fault))
		}
		f.Fields = append(f.Fields, field)
	}
	if err != nil && !slices.ContainsFunc(f.Fields, func(f bot.Field) bool { return f.Error != nil }) {
		f.Fields[0].Error = words.Sentence(r.w.Fault(err)) // it is about none of the fields
	}
	return f
}

// cut is the error for a command's value of which the form has only a part; else fault.
func cut(r asked, field bot.Field, label string, fault error) error {
	most := cmp.Or(field.Max, 200)
	if r.Submit || len([]rune(r.Args[field.Name])) <= most {
		return fault
	}
	return bot.Wrong("The text for %s is too long. It can have up to %d characters.", r.w.T(label), most)
}

// picked reports whether people pick a field's channels in the form instead of writing them.
// Slack can pick any number, but only its own channels: if there are channels of another platform,
// all are written. Elsewhere people can pick one: for a new thing, or a field of one value.
func picked[T any](p bot.Platform, f changes.Field[T], channels []string, isNew bool) bool {
	if p != bot.Slack {
		return isNew || !f.Several
	}
	return !slices.ContainsFunc(channels, func(at string) bool { return !strings.HasPrefix(at, string(p)+":") })
}

// conflict says what somebody else changed and shows the form again: with their values in the
// fields that they changed, and with what was written now in the others.
func (e editing[T]) conflict(ctx context.Context, k *kit, r asked) (bot.Answer, error) {
	clashes, mine, merged := e.table.Only(e.asks...).Clashes(r.w, e.before(ctx, k, r), e.now, r.Args)
	again := r
	again.Args, again.Flow.Version = mine, e.version
	f := e.form(ctx, again, nil)
	f.Call.Flow.Version = e.version
	f.Preview = clashing(r.w, clashes, merged)
	return bot.Answer{Form: f}, nil
}

// clashing says what somebody else changed, whose values the form has now, and which texts of the
// reader it no longer has. merged says that it has changes of the reader.
func clashing(w *words.Reader, clashes []changes.Clash, merged bool) []content.Block {
	var lines [][]content.Span
	var lost []string
	listed := w.T("What they changed:")
	for _, c := range clashes {
		became := orNothing(c.Now)
		if c.Known {
			became = words.Join(orNothing(c.Was), " → ", became)
		} else { // the state before is unknown, so we cannot tell which of the two is new
			listed = w.T("What differs from what you wrote:")
		}
		if c.Known && !c.Both {
			lines = append(lines, words.Join(c.Label+": ", became))
			continue
		}
		lines = append(lines, w.Say("%s: %s; you wrote: %s", c.Label, became, orNothing(c.Mine)))
		lost = append(lost, c.Label)
	}
	if len(lines) == 0 {
		lines = append(lines, w.Say("Something that is not in this form, such as a pause."))
	}
	shows := w.T("The form now shows their version.")
	switch {
	case merged && len(lost) > 0:
		shows = w.T("The form now shows their version with your other changes in it.")
	case merged:
		shows = w.T("The form now shows their version with your changes in it.")
	}
	said := strings.Join([]string{w.T("Somebody else changed this while you were editing, so your changes are not saved yet."), shows, listed}, " ")
	out := []content.Block{content.Text(said), words.Bullets(lines...)}
	if len(lost) > 0 {
		out = append(out, content.Text(w.T("What you wrote is no longer in these fields of the form; their values stand there: %s.", strings.Join(lost, ", "))))
	}
	return out
}

// orNothing is a value, or a sign that there is none.
func orNothing(said []content.Span) []content.Span {
	if len(said) == 0 {
		return words.Join("–")
	}
	return said
}

// before finds in the audit trail the version that the form was opened on; nil if the trail no
// longer has it.
func (e editing[T]) before(ctx context.Context, k *kit, r asked) *T {
	entries, err := k.store.Audit(ctx, k.now().Add(-auditSpan), auditLook)
	if err != nil || r.Flow.Version == 0 {
		return nil
	}
	for _, entry := range entries {
		var held struct {
			Version int64 `json:"version"`
		}
		if entry.Target != e.id || !strings.HasPrefix(entry.Action, e.kind+" ") ||
			json.Unmarshal([]byte(entry.Detail), &held) != nil || held.Version != r.Flow.Version {
			continue
		}
		var old T
		if json.Unmarshal([]byte(entry.Detail), &old) != nil {
			return nil
		}
		return &old
	}
	return nil
}

// How far back, and through how many changes, before searches the audit trail.
const (
	auditSpan = 24 * time.Hour
	auditLook = 1000
)

// previewed returns the form with what would be saved, if the platform can show a form again
// and the person has not seen a preview of exactly these values. ok is false if it is time to
// save.
func previewed(r asked, f *bot.Form, shown []content.Block) (bot.Answer, bool) {
	sum := sha256.New()
	for _, field := range f.Fields {
		fmt.Fprintf(sum, "%s\x00%s\x00", field.Name, r.Args[field.Name])
	}
	seen := hex.EncodeToString(sum.Sum(nil)[:4])
	if !r.Submit || !r.Preview || r.Flow.Seen == seen {
		return bot.Answer{}, false
	}
	f.Preview, f.Submit, f.Call.Flow.Seen = shown, r.w.T("Save"), seen
	return bot.Answer{Form: f}, true
}

// asker says what reading a value depends on, for the person who asks.
func (k *kit) asker(r asked, g bot.Group) changes.Asker {
	return changes.Asker{
		Words: r.w, Now: k.now(), Group: g,
		Place:   func(ctx context.Context, text string) (bot.Place, error) { return k.placeOf(ctx, r, text) },
		Role:    func(_ context.Context, text string) (bot.Role, error) { return k.roleNamed(r, text) },
		Vouched: k.roleVouched,
		Zones:   func(ctx context.Context) []string { return k.likelyZones(ctx, r) },
	}
}

// tidied makes one line of each value of a form. Tabs and line breaks become spaces; in a field
// for several values, a line break becomes the mark between two values.
func tidied(args map[string]string, fields []bot.Arg) map[string]string {
	out := make(map[string]string, len(args))
	for name, v := range args {
		brk := " "
		if slices.ContainsFunc(fields, func(a bot.Arg) bool { return a.Name == name && a.Max > maxLine }) {
			brk = "; "
		}
		var b strings.Builder
		for _, c := range v {
			switch {
			case c == '\n' || c == '\r':
				b.WriteString(brk)
			case c == '\t':
				b.WriteByte(' ')
			case !unicode.IsControl(c):
				b.WriteRune(c)
			}
		}
		out[name] = strings.TrimSpace(b.String())
	}
	return out
}

// maxLine is the greatest Max, in characters, of a field for one value; a field with a greater
// one is for several.
const maxLine = 300
