package bot

// NewCall builds a call from argument names and values.
func NewCall(command string, args ...string) Call {
	c := Call{Command: command}
	for i := 0; i+1 < len(args); i += 2 {
		c = c.With(args[i], args[i+1])
	}
	return c
}

// With adds an argument; c itself stays as it is.
func (c Call) With(name, value string) Call {
	args := make(map[string]string, len(c.Args)+1)
	for k, v := range c.Args {
		args[k] = v
	}
	args[name] = value
	c.Args = args
	return c
}
