package bot

// phrasebook is what the bot says besides the cards, in one language. A test
// holds that no language lacks a phrase and that their verbs agree.
type phrasebook struct {
	pointer                               string // ends every answer; the crisis command goes in
	apology                               string
	refused, refusedDiscord, refusedSlack string
	unapproved, draft                     string
	nothingHere                           string

	strategies, challenges, agreements, confidentiality [3]string // title, introduction, what is chosen

	helpTitle, helpIntro, helpChoose, helpChanges string

	previous, next, back, showAll string
	readMore, helpNow, contact    string
	callNumber                    string // the number goes in

	noCard, noCardNear, noCommand, noCommandNear, noSub string
	argControl, argLong, argMissing                     string
}

// list is a list's title, introduction and what is chosen from it.
func (p phrasebook) list(name string) (title, intro, choose string) {
	var t [3]string
	switch name {
	case "strategies":
		t = p.strategies
	case "challenges":
		t = p.challenges
	case "agreements":
		t = p.agreements
	case "confidentiality":
		t = p.confidentiality
	}
	return t[0], t[1], t[2]
}

func english() phrasebook {
	return phrasebook{
		pointer:        "Need help now? Use %s, or call 911 or 988.",
		apology:        "Something went wrong here. Nothing was changed as far as this program knows. Please try again in a moment.",
		refused:        "Only moderators can change things here. You can still ask everything that help lists.",
		refusedDiscord: "Only moderators can change things: people with the Manage Server right, or the moderator role. You can still ask everything that /help lists.",
		refusedSlack:   "Only staff can change things: members of the staff channel. You can still ask everything that /circle help lists.",
		unapproved:     "A clinician has not approved these words yet.",
		draft:          "Draft: a clinician has not approved this translation yet.",
		nothingHere:    "There is no text for this yet. Please ask a facilitator.",

		strategies:      [3]string{"Six strategies for trust", "Small things that help a group trust one another. Choose one to read it.", "Choose a strategy"},
		challenges:      [3]string{"Four challenges, and what helps", "Most groups meet these. Choose one to read what helps.", "Choose a challenge"},
		agreements:      [3]string{"What this group agrees on", "Each agreement has its reason. Choose one to read it.", "Choose an agreement"},
		confidentiality: [3]string{"What is shared here stays here", "Ways to look after one another’s stories. Choose one to read it.", "Choose a reminder"},

		helpTitle:   "What you can ask",
		helpIntro:   "This is an automated bot with fixed text. It is not a person, and nobody watches it. Its answers are shown to you alone.",
		helpChoose:  "Choose a question",
		helpChanges: "For moderators and staff; changes are recorded:",

		previous: "Previous", next: "Next", back: "Back", showAll: "Show all",
		readMore: "Read more, for you alone", helpNow: "Help now", contact: "Contact the clinic",
		callNumber: "Call %s",

		noCard:        "There is no card of that name.",
		noCardNear:    "There is no card of exactly that name. Did you mean one of these?",
		noCommand:     "This command is not known. Help lists what can be asked.",
		noCommandNear: "This command is not known. Did you mean one of these?",
		noSub:         "This is not something the command can do. It can do this:",
		argControl:    "What was written for %s has characters that cannot be read. Please type it again.",
		argLong:       "What was written for %s is too long: at most %d characters.",
		argMissing:    "Please say %s as well. Write: %s",
	}
}

func spanish() phrasebook {
	return phrasebook{
		pointer:        "¿Necesita ayuda ahora? Use %s, o llame al 911 o al 988.",
		apology:        "Algo falló aquí. Hasta donde sabe este programa, no se cambió nada. Inténtelo otra vez en un momento.",
		refused:        "Solo quienes moderan pueden hacer cambios aquí. Usted puede preguntar todo lo que muestra la ayuda.",
		refusedDiscord: "Solo quienes moderan pueden hacer cambios: personas con el permiso Administrar servidor o el rol de moderación. Usted puede preguntar todo lo que muestra /ayuda.",
		refusedSlack:   "Solo el personal puede hacer cambios: quienes están en el canal del personal. Usted puede preguntar todo lo que muestra /circle ayuda.",
		unapproved:     "Un profesional clínico aún no ha aprobado estas palabras.",
		draft:          "Borrador: un profesional clínico aún no ha aprobado esta traducción.",
		nothingHere:    "Aún no hay texto para esto. Pregunte a quien facilita el grupo.",

		strategies:      [3]string{"Seis estrategias para la confianza", "Cosas pequeñas que ayudan a un grupo a confiar. Elija una para leerla.", "Elija una estrategia"},
		challenges:      [3]string{"Cuatro retos y qué ayuda", "Casi todos los grupos los encuentran. Elija uno para leer qué ayuda.", "Elija un reto"},
		agreements:      [3]string{"Lo que acuerda este grupo", "Cada acuerdo tiene su razón. Elija uno para leerlo.", "Elija un acuerdo"},
		confidentiality: [3]string{"Lo que se comparte aquí queda aquí", "Maneras de cuidar las historias de los demás. Elija una para leerla.", "Elija un recordatorio"},

		helpTitle:   "Qué puede preguntar",
		helpIntro:   "Este es un bot automático con texto fijo. No es una persona y nadie lo vigila. Solo usted ve sus respuestas.",
		helpChoose:  "Elija una pregunta",
		helpChanges: "Para moderación y personal; los cambios quedan registrados:",

		previous: "Anterior", next: "Siguiente", back: "Volver", showAll: "Ver todo",
		readMore: "Leer más, solo para usted", helpNow: "Ayuda inmediata", contact: "Contactar a la clínica",
		callNumber: "Llamar al %s",

		noCard:        "No hay ninguna tarjeta con ese nombre.",
		noCardNear:    "No hay ninguna tarjeta con ese nombre exacto. ¿Quiso decir una de estas?",
		noCommand:     "No se conoce este comando. La ayuda muestra qué se puede preguntar.",
		noCommandNear: "No se conoce este comando. ¿Quiso decir uno de estos?",
		noSub:         "El comando no puede hacer eso. Puede hacer esto:",
		argControl:    "Lo escrito en %s tiene caracteres que no se pueden leer. Escríbalo otra vez.",
		argLong:       "Lo escrito en %s es demasiado largo: como máximo %d caracteres.",
		argMissing:    "Falta %s. Escriba: %s",
	}
}
