// What the window says. The page's language decides when we speak it, else the shop's.
const WORDS = {
  fr: {
    ask: "Une question ?", write: "Votre message", again: "Encore une question ?", send: "Envoyer", attach: "Joindre une image ou un PDF",
    close: "Fermer la discussion", online: "En ligne", until: "En ligne jusqu’à {0}", shut: "Fermé, de retour {0}", back: "L’équipe revient {0}", always: "Écrivez-nous ici",
    soon: "Répond dès que possible", window: "Discussion avec {0}", log: "Messages", today: "aujourd’hui", tomorrow: "demain", yesterday: "hier", at: "{0} à {1}",
    hello: "Bonjour ! Posez votre question : nous vous répondons ici.",
    away: "Bonjour ! Nous sommes tous occupés à l’instant. Écrivez-nous : la réponse arrivera ici, ou par e-mail.",
    closed: "Bonjour ! La boutique est fermée, l’équipe revient {0}. Écrivez-nous dès maintenant : vous aurez la réponse par e-mail.",
    closedNow: "Bonjour ! Nous ne sommes pas là pour l’instant. Écrivez-nous : vous aurez la réponse par e-mail.",
    joined: "{0} a rejoint la discussion à {1}", ended: "Discussion terminée à {0}", sending: "envoi…", typing: "{0} écrit", retry: "Connexion perdue : vos messages partiront dès son retour.",
    whereIf: "Si vous partez avant la réponse", whereText: "Laissez une adresse : elle vous y attendra.",
    whereShut: "Où vous répondre ?", whereBack: "L’équipe revient {0}. La réponse partira à votre adresse.", whereAway: "Personne n’est devant l’écran. La réponse partira à votre adresse.",
    email: "Votre e-mail", name: "Votre nom (facultatif)", give: "Recevoir la réponse par e-mail", later: "Plus tard", given: "La réponse vous parviendra aussi par e-mail.",
    trail: "Montrer à l’équipe les pages que je consulte pendant la discussion", heavy: "Ce fichier dépasse 10 Mo.", kind: "Seuls les images et les PDF peuvent être joints.",
    drop: "Retirer", download: "Télécharger {0}", refused: "Non envoyé", you: "Vous", unread1: "un message non lu", unread: "{0} messages non lus",
  },
  en: {
    ask: "Any question?", write: "Your message", again: "Another question?", send: "Send", attach: "Attach a picture or a PDF",
    close: "Close the chat", online: "Online", until: "Online until {0}", shut: "Closed, back {0}", back: "The team is back {0}", always: "Write to us here",
    soon: "Answers as soon as possible", window: "Chat with {0}", log: "Messages", today: "today", tomorrow: "tomorrow", yesterday: "yesterday", at: "{0} at {1}",
    hello: "Hello! Ask your question: we answer here.",
    away: "Hello! We are all busy right now. Write to us: the answer will come here, or by email.",
    closed: "Hello! The shop is closed, the team is back {0}. Write now: you will get the answer by email.",
    closedNow: "Hello! We are not here at the moment. Write to us: you will get the answer by email.",
    joined: "{0} joined the chat at {1}", ended: "Chat ended at {0}", sending: "sending…", typing: "{0} is typing", retry: "Connection lost: your messages will leave as soon as it is back.",
    whereIf: "If you leave before the answer", whereText: "Leave an address: it will wait for you there.",
    whereShut: "Where shall we answer?", whereBack: "The team is back {0}. The answer will go to your address.", whereAway: "Nobody is at the screen. The answer will go to your address.",
    email: "Your email", name: "Your name (optional)", give: "Get the answer by email", later: "Later", given: "The answer will also reach you by email.",
    trail: "Show the team the pages that I look at during the chat", heavy: "This file is over 10 MB.", kind: "Only pictures and PDF files can be attached.",
    drop: "Remove", download: "Download {0}", refused: "Not sent", you: "You", unread1: "one unread message", unread: "{0} unread messages",
  },
};
const SCRIPT = document.currentScript || document.querySelector('script[src$="/chat.js"]');
const BASE = new URL(".", SCRIPT.src).href;
const spoken = (code) => { const two = (code || "").slice(0, 2).toLowerCase(); return WORDS[two] ? two : ""; };
const LANG = spoken(SCRIPT.dataset.language) || spoken(document.documentElement.lang) || spoken(SHOP.language) || "fr";
const say = (name, ...values) => WORDS[LANG][name].replace(/\{(\d)\}/g, (_, at) => values[at]);
