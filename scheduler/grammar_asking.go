package scheduler

// withoutAsking leaves out words before a rule that only ask for a reminder: "can you send it
// every Monday", "quiero que sea los lunes".
func withoutAsking(in []token) []token {
	for asked := false; ; asked = true {
		n := asking(in)
		if next := at(in, 1); n == 0 && asked {
			switch w := at(in, 0).text; {
			case w == "it", w == "this" && !dayOfThis(next), w == ",", w == "reminder" || w == "recordatorio", w == "for" && (isEvery(next.text) || isDow(next.text)):
				n = 1
			case w == "a" && next.text == "reminder", w == "un" && next.text == "recordatorio":
				n = 2
			default:
				n = recipients(in)
			}
		}
		if n == 0 || n >= len(in) {
			return in
		}
		in = in[n:]
	}
}

// asking returns how many words at the beginning only ask for a reminder.
func asking(in []token) int {
	for _, phrase := range []string{
		"can you do", "can we do", "could we do", "could you do", "let's do", "lets do",
		"can you", "can u", "can we", "can i", "could you", "could we", "would you", "will you", "let's", "lets",
		"i want", "i need", "i would like", "i'd like", "we want", "we need", "we would like", "we'd like",
		"let everyone know", "let everybody know", "let us know", "let the group know", "it to go out", "it to be", "it sent", "it posted", "to be sent", "make it", "set it to", "set it for", "set to", "set it", "change it to", "change to",
		"quiero que", "quisiera que", "necesito que", "me gustaria que", "me gustaria", "quiero", "quisiera", "necesito", "puedes", "podrias",
		"can it go out", "can it be", "can this go out", "se repite",
		"que sea", "que salga", "que se mande", "que se envie", "que se publique", "sea", "salga", "se mande", "se envie", "se publique",
		"hi", "hello", "hey", "hola", "buenas noches", "buenas noche", "buenas tardes", "buenas tarde", "buenos dias", "buen dia", "buenas", "actually", "mejor", "cambialo a", "cambialo para", "cambiar a", "cambia a",
	} {
		if n := begins(in, phrase); n > 0 {
			return n
		}
	}
	if !isAsking(at(in, 0).text) {
		return 0
	}
	return 1 + recipients(in[1:])
}

// recipients returns how many words at the beginning say whom to remind: "everyone", "the group",
// "a todos".
func recipients(in []token) int {
	to := 0
	if w := at(in, 0).text; w == "to" {
		to = 1
	}
	next := at(in, to+1)
	switch w := at(in, to).text; {
	case w == "it" && to == 0, w == "us", w == "this" && to == 0 && !dayOfThis(next), w == "them", w == "everyone", w == "everybody", w == "me", w == "folks", w == "people", w == "members":
		return to + 1
	case w == "a" && (next.text == "todos" || next.text == "todas"), w == "al" && next.text == "grupo":
		return 2
	case w == "the" && next.text == "members", w == "all" && next.text == "members", w == "group" && next.text == "members":
		return to + 2
	case w == "the" && next.text == "group":
		if _, edge := edgeWord(at(in, to+2).text); !edge && !isSession(at(in, to+2).text) && len(in) > to+2 { // remind the group every Monday
			return to + 2
		}
	}
	return 0
}

// dayOfThis reports whether "this" and the token after it are a day: "send this Friday".
func dayOfThis(t token) bool {
	switch t.text {
	case "week", "weekend", "month", "coming", "upcoming":
		return true
	}
	return isDow(t.text) || isDaypart(t.text)
}

// isAsking reports whether a word only asks for a reminder.
func isAsking(w string) bool {
	switch w {
	case "please", "pls", "plz", "post", "send", "remind", "reminder", "notify", "ping", "tell", "publish", "schedule", "repeat", "repeats", "repeating", "repetir", "occurs", "ocurre", "set", "publicar", "enviar", "mandar", "poner", "recordar", "recordatorio",
		"ponlo", "manda", "mandalo", "mandarlo", "envia", "envialo", "enviarlo", "publica", "publicalo", "ponerlo", "recuerda", "recuerdame", "recuerdanos", "recuerdales", "avisales", "notifica", "notificar", "mandales", "recordarles", "recordarnos", "avisa", "avisame", "avisanos", "avisar", "programa", "programar":
		return true
	}
	return false
}
