package scheduler

// stepMonthSpan reads days of the month from one to another: "the 1st to the 5th of each month",
// "los días 1 al 5". Without a word for the month, such days may be those of one month only.
func (p *parser) stepMonthSpan() (bool, error) {
	start, c := p.pos, p.current()
	monthly := len(c.items) == 0 && (c.monthly || c.counted && c.unit == monthUnit)
	between, named := false, false
	for opens := true; opens; {
		switch p.peek(0).text {
		case "between", "entre":
			between = true
		case "days", "dias", "day", "dia":
			named = true
		case "from", "del", "de", "los", "el", "on", "the":
		default:
			opens = false
			continue
		}
		p.pos++
	}
	marked := named || !p.peek(0).number || p.peek(0).ordinal
	first, ok := p.monthDay()
	joined := isTo(p.peek(0).text) || between && isAnd(p.peek(0).text)
	p.pos++
	p.skip("the", "el")
	p.skip("day", "dia")
	last, more := p.monthDay()
	of := p.peek(0)
	if of.text == "of" || of.text == "de" {
		of = p.peek(1)
	}
	said := monthly || named || p.monthFollows()
	hours := p.session && !marked // the first Monday of each month from 6 to 8
	if !ok || !joined || !more || first >= last || !said || hours || isMonth(of.text) {
		return false, nil
	}
	item := dayItem{plural: true, monthly: true, raw: rawOf(p.tokens[start:p.pos])}
	item.dom = 1<<(last+1) - 1<<first
	if c = p.clauseForDays(); c.counted && c.unit == dayUnit && c.every == 1 && len(c.items) == 0 {
		c.counted = false // every day from the 1st to the 5th of each month
	}
	c.items = append(c.items, item)
	p.due = false
	return true, nil
}

// monthDay reads a day of the month: "5", "5th", "fifth".
func (p *parser) monthDay() (int, bool) {
	t := p.peek(0)
	n, ok := ordinalWord(t.text)
	if t.isDayOfMonth() && !p.isTimeAt(0) && !isHours(p.peek(1).text) {
		n, ok = t.num, true
	}
	if ok {
		p.pos++
	}
	return n, ok
}
