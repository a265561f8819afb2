package intake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"circlekeeper/bot"
	"circlekeeper/bot/words"
)

// value is what was typed for an argument.
type value struct {
	arg  string // the argument's name
	text string // without quotes
	from int    // where it begins in the text, with its name, in runes
}

// arguments finds the arguments' values in a text, in the text's order.
func arguments(text []rune, args []bot.Arg) []value {
	if len(args) == 0 {
		return nil
	}
	var named, loose []value
	at := names(text, args)
	head := len(text)
	if len(at) > 0 {
		head = at[0].from
	}
	loose = append(loose, unnamed(text, 0, head, len(args) == 1)...)
	for i, n := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1].from
		}
		// A value in quotes ends with them.
		if to := n.to + quotation(text[n.to:end]); to > n.to && len(args) > 1 {
			loose = append(loose, unnamed(text, to, end, false)...)
			end = to
		}
		named = append(named, value{arg: n.name, text: unquote(text[n.to:end]), from: n.from})
	}
	out := append(named, places(loose, named, args)...)
	slices.SortStableFunc(out, func(a, b value) int { return a.from - b.from })
	return out
}

// unnamed takes apart what was typed without names: texts in quotes, channels, and
// all other words together. The only argument of a command takes everything.
func unnamed(text []rune, from, to int, only bool) []value {
	if only {
		if v := unquote(text[from:to]); v != "" {
			return []value{{text: v, from: from}}
		}
		return nil
	}
	var out []value
	together := -1 // where in out the other words are
	for i := from; i < to; {
		if text[i] == ' ' {
			i++
			continue
		}
		if n := quotation(text[i:to]); n > 0 {
			out = append(out, value{text: unquote(text[i : i+n]), from: i})
			i += n
			continue
		}
		end := i
		for end < to && text[end] != ' ' {
			end++
		}
		word := string(text[i:end])
		switch {
		case isChannel(word):
			out = append(out, value{text: word, from: i})
		case together < 0:
			together = len(out)
			out = append(out, value{text: word, from: i})
		default:
			out[together].text += " " + word
		}
		i = end
	}
	return out
}

func isChannel(word string) bool {
	_, err := bot.ParsePlace(word)
	return err == nil
}

// places finds the arguments to which values without a name belong: a channel
// goes to the first that takes one, everything else to the first that is free.
func places(loose, named []value, args []bot.Arg) []value {
	taken := make(map[string]bool)
	for _, v := range named {
		taken[v.arg] = true
	}
	for i, v := range loose {
		channel := isChannel(v.text)
		at := slices.IndexFunc(args, func(a bot.Arg) bool { return channel && a.Place })
		if at < 0 {
			at = slices.IndexFunc(args, func(a bot.Arg) bool { return !taken[a.Name] })
		}
		loose[i].arg = args[max(at, 0)].Name
		taken[loose[i].arg] = true
	}
	return loose
}

// together gives the values by their arguments' names. What was typed twice is
// passed on as both, so that the core asks which is meant.
func together(values []value) map[string]string {
	var out map[string]string
	for _, v := range values {
		if out == nil {
			out = make(map[string]string)
		}
		if first, twice := out[v.arg]; twice {
			v.text = first + "; " + v.text
		}
		out[v.arg] = v.text
	}
	return out
}

// name is where an argument's name stands in the text.
type name struct {
	name     string
	from, to int // of "name="
}

// names finds where the arguments' names stand.
func names(text []rune, args []bot.Arg) []name {
	return slices.DeleteFunc(marked(text, args), func(n name) bool { return n.name == "" })
}

// marked are the words that may be names: at the start of a word, outside quotes, followed
// by = or :. Of one that is no argument's the name is empty.
func marked(text []rune, args []bot.Arg) []name {
	var out []name
	for i := 0; i < len(text); i++ {
		edge := i == 0 || text[i-1] == ' '
		if edge || text[i-1] == '=' || text[i-1] == ':' {
			if n := quotation(text[i:]); n > 0 {
				i += n - 1
				continue
			}
		}
		if !edge {
			continue
		}
		n := slices.IndexFunc(text[i:min(len(text), i+maxName)], func(r rune) bool { return r == '=' || r == ':' || r == ' ' })
		if n <= 0 || text[i+n] == ' ' {
			continue
		}
		word := words.Fold(string(text[i : i+n]))
		at := slices.IndexFunc(args, func(a bot.Arg) bool { return called(a.Name, a.Local, word) })
		if at >= 0 {
			out = append(out, name{args[at].Name, i, i + n + 1})
			i += n
		} else {
			out = append(out, name{"", i, i + n + 1})
		}
	}
	return out
}

// untilFirst takes "until" at the beginning for the argument's name, though it has no mark:
// "until December 24". Other names begin what people call their groups, such as Quiet minds.
func untilFirst(text []rune, values []value, args []bot.Arg) []value {
	first, rest := leading(text, values)
	at := slices.IndexFunc(args, func(a bot.Arg) bool { return a.Name == "until" && called(a.Name, a.Local, words.Fold(first)) })
	if at < 0 || rest == "" {
		return values
	}
	if slices.ContainsFunc(values[1:], func(v value) bool { return v.arg == args[at].Name }) {
		return values
	}
	values[0].arg, values[0].text = args[at].Name, rest
	return values
}

// leading is the first word of a text that begins with a value without quotes, and what
// of that value follows; rest is empty where nothing does, or the text begins otherwise.
func leading(text []rune, values []value) (first, rest string) {
	if len(values) == 0 || quotation(text) > 0 {
		return "", ""
	}
	if first, rest, _ = strings.Cut(values[0].text, " "); !strings.HasPrefix(string(text), first) {
		return "", ""
	}
	return first, rest
}

// misnamed is a word that is like an argument's name where it would become a part of a
// value: with = or : behind it, or before other words that have no name and belong to
// another argument. A word with = behind it is meant for a name, whatever it is.
func misnamed(text []rune, values []value, args []bot.Arg) string {
	if len(args) == 0 {
		return ""
	}
	for _, n := range marked(text, args) {
		word := string(text[n.from : n.to-1])
		named := text[n.to-1] == '=' && !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
		if n.name == "" && (named || len(words.Nearest(word, args, bot.Arg.Names)) > 0) {
			return word
		}
	}
	first, more := leading(text, values)
	if more == "" || len(args) == 1 {
		return ""
	}
	next, _ := utf8.DecodeRuneInString(more)
	if named := values[0].arg == "name" || values[0].arg == "group"; named && !unicode.IsDigit(next) { // many names begin so: "Quiet minds"
		return ""
	}
	near := words.Nearest(first, args, bot.Arg.Names)
	if len(near) == 0 || near[0].Name == values[0].arg || near[0].Name == "group" { // "Grupo 7"
		return ""
	}
	return first
}

// maxName bounds an argument's name in any language, with the mark behind it.
const maxName = 40

// opening gives the kind of quotation that a mark opens: ' or ", or a curly one,
// as phones write them; 0 if the mark opens none.
func opening(r rune) rune {
	switch {
	case r == '"', r == '\'':
		return r
	case strings.ContainsRune("“”„‟«»", r):
		return '“'
	case strings.ContainsRune("‘’‚‛", r):
		return '‘'
	}
	return 0
}

// closes tells whether a mark ends a quotation of a kind.
func closes(r, kind rune) bool {
	return opening(r) == kind || kind == '“' && r == '"' || kind == '‘' && r == '\''
}

// quotation is how long the quotation is that a text begins with, after spaces;
// 0 if there is none. A closing mark ends a word. A backslash protects a mark.
func quotation(text []rune) int {
	from := 0
	for from < len(text) && text[from] == ' ' {
		from++
	}
	if from == len(text) {
		return 0
	}
	kind := opening(text[from])
	for i := from + 1; kind != 0 && i < len(text); i++ {
		switch {
		case escaped(text[i:]):
			i++
		case closes(text[i], kind) && (i+1 == len(text) || text[i+1] == ' '):
			return i + 1
		}
	}
	return 0
}

// unquote takes off the quotes around a whole value, and the backslashes from
// what they protect. In a text that is not quoted as a whole, several spaces are
// one.
func unquote(text []rune) string {
	s := strings.TrimSpace(string(text))
	runes := []rune(s)
	if n := quotation(runes); n == 0 || n < len(runes) {
		return strings.Join(strings.Fields(s), " ")
	}
	var b strings.Builder
	for inner := runes[1 : len(runes)-1]; len(inner) > 0; inner = inner[1:] {
		if escaped(inner) {
			inner = inner[1:]
		}
		b.WriteRune(inner[0])
	}
	return strings.TrimSpace(b.String())
}

// Quote writes a value so that Read takes it as it is.
func Quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// escaped tells whether a text begins with a backslash and what it protects.
func escaped(text []rune) bool {
	return len(text) > 1 && text[0] == '\\' && (text[1] == '"' || text[1] == '\\')
}
