package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"circlekeeper/bot"
	"circlekeeper/content"
)

//go:embed booklet.html
var bookletPage string

type contentBooklet struct {
	File string `arg:"" help:"The page to write, such as cards.html." type:"path"`
	Yes  bool   `help:"Replace a page of that name that is not a booklet."`
}

// bookletMark is in every booklet. A page without it is not a booklet, and is not overwritten
// without being asked to.
const bookletMark = `<meta name="generator" content="Circlekeeper content booklet">`

// booklet is the data of the page.
type booklet struct {
	At                        time.Time
	Cards                     []bookletCard
	Approved, Waiting, Drafts int
	Free                      int // cards without a signature that need none
}

type bookletCard struct {
	content.Card
	Standing string
	Approval content.Approval   // the latest; zero if there is none
	Others   []content.Approval // other reviewers' signatures of these words
	Missing  string             // how many must still sign, and who could; empty if nobody must
	Changes  []content.Segment  // since it was last signed; nil if there are none or they are not known
	Unknown  bool               // the words changed, but the signed ones were not kept
	ByNumber bool               // a crisis card, signed by telephoning its numbers
}

func (cmd contentBooklet) Run(ctx context.Context, p program, c *Config) error {
	if err := cmd.mayWrite(); err != nil {
		return err
	}
	return p.withOpen(ctx, c, func(o *opened) error {
		signed, err := o.signing(ctx)
		if err != nil {
			return err
		}
		page, err := newBooklet(o.library, signed).html()
		if err != nil {
			return err
		}
		if err := os.WriteFile(cmd.File, page, 0o644); err != nil { //nolint:gosec // to be read by others
			return fmt.Errorf("the booklet cannot be written: %w", bot.FileFault(cmd.File, err))
		}
		fmt.Fprintf(p.out, "%d cards are in %s: open it in a browser and print it\n", len(o.library.All()), cmd.File)
		return nil
	})
}

// mayWrite refuses a file name that is not a page's, because that file may be the database or
// hold tokens. It also refuses an existing page that is no booklet.
func (cmd contentBooklet) mayWrite() error {
	ext := filepath.Ext(cmd.File)
	if slices.Contains([]string{".html", ".htm"}, strings.ToLower(ext)) {
		there, err := os.ReadFile(cmd.File)
		if err != nil || cmd.Yes || bytes.Contains(there, []byte(bookletMark)) {
			return nil //nolint:nilerr // it does not exist, or writing it gives the error
		}
		return &bot.UserError{Message: fmt.Sprintf("%s exists already and is not a booklet: write another name, or replace it with --yes", cmd.File)}
	}
	return &bot.UserError{Message: fmt.Sprintf("the booklet is a page for the browser: write a name that ends in .html, such as %s.html", strings.TrimSuffix(filepath.Base(cmd.File), ext))}
}

func newBooklet(library *content.Library, signed signing) booklet {
	now := signed.now
	b := booklet{At: now}
	b.Waiting, b.Drafts = signed.Waiting(library.All(), now)
	for _, card := range library.All() {
		standing, approval := signed.Status(card, now)
		c := bookletCard{Card: card, Standing: standing.String(), Approval: approval, ByNumber: card.ID == "crisis"}
		switch {
		case standing == content.ChangedSince && approval.Text == "":
			c.Unknown = true
		case standing == content.ChangedSince:
			c.Changes = content.Changes(approval.Text, card.Text())
		}
		for _, a := range signed.Signatures(card, now) {
			if a.Reviewer != approval.Reviewer {
				c.Others = append(c.Others, a)
			}
		}
		c.Missing = signed.missingText(card)
		switch {
		case standing == content.IsApproved:
			b.Approved++
		case card.Exempt:
			b.Free++
		}
		b.Cards = append(b.Cards, c)
	}
	return b
}

func (b booklet) html() ([]byte, error) {
	t, err := template.New("booklet").Funcs(template.FuncMap{
		"day":     func(t time.Time) string { return t.Format("January 2, 2006") },
		"isList":  func(b content.Block) bool { return b.Kind == content.List },
		"added":   func(s content.Segment) bool { return s.Change == content.Added },
		"removed": func(s content.Segment) bool { return s.Change == content.Removed },
	}).Parse(bookletPage)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, b)
	return out.Bytes(), err
}
