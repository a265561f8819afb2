package main

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"circlekeeper/bot"
	"circlekeeper/bot/changes"
	"circlekeeper/bot/words"
	"circlekeeper/content"
)

// The flags for groups and reminders come from the tables of fields in bot/changes, so that
// each field is described only once.

// anyFields returns the tables of fields only for the names of flags: they cannot read or check
// a value.
func anyFields() *changes.Saver {
	return changes.New(changes.Config{Library: func() *content.Library { return &content.Library{} }, Books: new(words.Books)})
}

// fieldFlags returns a flag for each field of a table. Each may be given several times. whole
// makes the fields required without which nothing can be added.
func fieldFlags[T any](t changes.Table[T], whole bool) kong.Plugins {
	var fields []reflect.StructField
	for i, f := range t {
		if f.Flag == "-" {
			continue
		}
		name, help, more := cmp.Or(f.Flag, f.Name), f.Summary+".", ""
		if whole && f.Needed {
			more = `required:""`
		}
		if name != f.Name { // the name in chat is accepted, too
			more += fmt.Sprintf(" aliases:%q", f.Name)
		}
		if f.Several {
			help += " May be given several times: together these replace what the group has, and none clears it."
		}
		fields = append(fields, reflect.StructField{
			Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[[]string](),
			Tag: reflect.StructTag(fmt.Sprintf("name:%q help:%q sep:\"none\" placeholder:%q %s", name, help, strings.ToUpper(name), more)),
		})
	}
	return kong.Plugins{reflect.New(reflect.StructOf(fields)).Interface()}
}

// refuseEmpty returns an error for a flag with an empty value if the field cannot be emptied:
// otherwise the old value would stay without a word.
func refuseEmpty[T any](t changes.Table[T], flags kong.Plugins) error {
	written := writtenFlags(t, flags)
	for _, f := range t {
		texts, given := written[f.Name]
		if given && f.Empty == nil && strings.TrimSpace(strings.Join(texts, "")) == "" {
			return &bot.UserError{Message: fmt.Sprintf("--%s is empty: write a value, or leave --%[1]s out, so that it stays as it is", cmp.Or(f.Flag, f.Name))}
		}
	}
	return nil
}

// refuseTwice returns an error for a flag that was given several times although its field has
// one value.
func refuseTwice[T any](t changes.Table[T], flags kong.Plugins) error {
	given := reflect.ValueOf(flags[0]).Elem()
	for i, f := range t {
		if v := given.FieldByName(fmt.Sprintf("F%d", i)); v.IsValid() && v.Len() > 1 && !f.Several && !f.Some {
			return &bot.UserError{Message: fmt.Sprintf("--%s is given %d times: write it once", cmp.Or(f.Flag, f.Name), v.Len())}
		}
	}
	return nil
}

// writtenFlags returns the given values, by the field's name.
func writtenFlags[T any](t changes.Table[T], flags kong.Plugins) map[string][]string {
	given := reflect.ValueOf(flags[0]).Elem()
	out := make(map[string][]string)
	for i, f := range t {
		v := given.FieldByName(fmt.Sprintf("F%d", i))
		if !v.IsValid() || v.Len() == 0 {
			continue
		}
		out[f.Name] = v.Interface().([]string)
		if !f.Several { // --lang en --lang es
			out[f.Name] = []string{strings.Join(out[f.Name], ",")}
		}
	}
	return out
}
