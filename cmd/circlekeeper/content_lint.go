package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"circlekeeper/bot/words"
	"circlekeeper/content"
)

type contentLint struct {
	Untranslated bool `help:"Also list each sentence of another language that is not translated, so that readers get it in English."`
	Format
}

func (cmd contentLint) Run(p program, c *Config) error {
	l, err := c.library()
	if err != nil {
		return err
	}
	faults, lacks, err := c.findings(l)
	if err != nil {
		return err
	}
	shown := faults
	if cmd.Untranslated {
		shown = append(slices.Clone(faults), lacks...)
	}
	if len(faults) == 0 && cmd.Format.Format == "text" {
		fmt.Fprintf(p.out, "%d cards, no findings\n", len(l.All()))
	}
	if len(shown) > 0 || cmd.Format.Format != "text" {
		if err := cmd.list(p, shown); err != nil {
			return err
		}
	}
	if cmd.Format.Format == "text" {
		if len(lacks) > 0 && !cmd.Untranslated {
			fmt.Fprintf(p.out, "%s: %s content lint --untranslated lists them\n", untranslated(lacks), p.called)
		}
		p.notes(l)
	}
	if len(faults) > 0 {
		return finding{}
	}
	return nil
}

// list shows findings.
func (cmd contentLint) list(p program, findings []content.Finding) error {
	var rows [][]string
	for _, f := range findings {
		rows = append(rows, []string{fmt.Sprintf("%s:%d", f.File, f.Line), f.Rule, f.Message})
	}
	named, err := bothNames(findings)
	if err != nil {
		return err
	}
	return p.list(cmd.Format, named, "WHERE RULE FINDING", rows)
}

// findings are the faults of cards and catalogues, and apart from these the sentences that
// are not translated.
func (c *Config) findings(l *content.Library) (faults, lacks []content.Finding, err error) {
	o, err := c.wordOptions()
	if err != nil {
		return nil, nil, err
	}
	found, err := words.Lint(o)
	if err != nil {
		return nil, nil, err
	}
	faults = l.Lint()
	for _, f := range found {
		if f.Rule == words.Untranslated {
			lacks = append(lacks, f)
		} else {
			faults = append(faults, f)
		}
	}
	return faults, lacks, nil
}

// untranslated counts the sentences that are not translated, by language.
func untranslated(lacks []content.Finding) string {
	by := make(map[string]int)
	for _, f := range lacks {
		by[f.Lang]++
	}
	var langs []string
	for _, lang := range slices.Sorted(maps.Keys(by)) {
		langs = append(langs, fmt.Sprintf("%s %d", lang, by[lang]))
	}
	return fmt.Sprintf("%s not translated (%s), so that readers get English", counted(len(lacks), "sentence is", "sentences are"), strings.Join(langs, ", "))
}

// notes says which of the clinic's cards change more than their file's name tells; with IDs, of these
// cards alone.
func (p program) notes(l *content.Library, ids ...string) {
	for _, f := range l.Notes() {
		if len(ids) > 0 && !slices.Contains(ids, f.Card) {
			continue
		}
		fmt.Fprintf(p.out, "note: %s:%d: %s\n", f.File, f.Line, f.Message)
	}
}
