"""The letters of `words` in seven more languages. In the order of the kinds: late, silent, attempt, pickup, customs,
exception, returning, lost, contested."""

from comptoir.care.models import CaseKind as K

ORDER = (K.LATE, K.SILENT, K.ATTEMPT, K.PICKUP, K.CUSTOMS, K.EXCEPTION, K.RETURNING, K.LOST, K.CONTESTED)
_O, _C = "{{ order.number }}", "{{ parcel.carrier }}"


def _expected(otherwise: str) -> str:
    return '{{ date.expected | default: "' + otherwise + '" }}'


def _promised(otherwise: str) -> str:
    return '{{ date.promised | default: "' + otherwise + '" }}'


def _kept(otherwise: str) -> str:
    return '{{ date.kept_until | default: "' + otherwise + '" }}'


def _relay(otherwise: str) -> str:
    return '{{ parcel.relay | default: "' + otherwise + '" }}'


# language -> how it begins, the link, how it ends, and subject and sentences of each kind
MORE: dict[str, tuple[str, str, str, tuple[tuple[str, str], ...]]] = {
    "de": (
        "Guten Tag", "Ihr Paket verfolgen",
        "Sie brauchen nichts zu tun. Wenn Ihnen etwas nicht passt, antworten Sie einfach auf diese Nachricht.",
        (
            ("Ihr Paket verspätet sich", f"Ihre Bestellung {_O} verspätet sich bei {_C}. Neuer Termin: {_expected('in den nächsten Tagen')} statt {_promised('wie geplant')}. Wir behalten sie im Blick."),
            ("Ihr Paket bewegt sich nicht mehr", f"Ihre Bestellung {_O} wurde von {_C} seit einigen Tagen nicht mehr gescannt. Wir haben nachgefragt und schreiben Ihnen, sobald wir mehr wissen."),
            ("Der Zusteller hat Sie nicht angetroffen", f"{_C} konnte Ihre Bestellung {_O} nicht übergeben. Meist folgt am nächsten Werktag ein weiterer Versuch: Sagen Sie uns, ob eine andere Adresse oder ein Paketshop besser passt."),
            ("Ihr Paket wartet noch auf Sie", f"Ihre Bestellung {_O} liegt bereit ({_relay('Abholstelle')}), Abholung bis {_kept('zum letzten Tag')}. Danach kommt sie zu uns zurück."),
            ("Ihr Paket ist beim Zoll", f"Ihre Bestellung {_O} wird gerade verzollt. Wenn {_C} ein Dokument verlangt, antworten Sie uns: Wir helfen."),
            ("Ein Zwischenfall mit Ihrem Paket", f"{_C} meldet einen Zwischenfall mit Ihrer Bestellung {_O}. Wir haben eine Nachforschung eröffnet und schlagen Ihnen nach der Antwort eine Lösung vor."),
            ("Ihr Paket kommt zu uns zurück", f"Ihre Bestellung {_O} konnte nicht zugestellt werden und kommt zu uns zurück. Antworten Sie uns, ob Sie einen neuen Versand oder eine Erstattung wünschen."),
            ("Ihr Paket ist verloren gegangen", f"{_C} hat Ihre Bestellung {_O} als verloren gemeldet. Das tut uns leid. Antworten Sie uns, ob Sie einen neuen Versand oder eine Erstattung wünschen."),
            ("Ihr nicht erhaltenes Paket", f"Sie haben Ihre Bestellung {_O} nicht erhalten, obwohl {_C} sie als zugestellt führt. Wir eröffnen eine Nachforschung und melden uns."),
        ),
    ),
    "es": (
        "Hola", "Seguir su paquete",
        "No tiene que hacer nada. Si algo no le conviene, responda a este mensaje.",
        (
            ("Su paquete se retrasa", f"Su pedido {_O} se retrasa con {_C}. Nueva fecha: {_expected('en los próximos días')} en lugar de {_promised('lo previsto')}. Estamos pendientes."),
            ("Su paquete no avanza", f"{_C} no ha escaneado su pedido {_O} desde hace unos días. Hemos preguntado dónde está y le escribiremos en cuanto lo sepamos."),
            ("El repartidor no le encontró", f"{_C} no pudo entregar su pedido {_O}. Suele haber otro intento el siguiente día laborable: díganos si le conviene otra dirección o un punto de recogida."),
            ("Su paquete le sigue esperando", f"Su pedido {_O} le espera ({_relay('punto de recogida')}) hasta: {_kept('el último día')}. Después vuelve a nosotros."),
            ("Su paquete está en la aduana", f"Su pedido {_O} está en la aduana. Si {_C} le pide un documento, respóndanos: le ayudamos."),
            ("Una incidencia con su paquete", f"{_C} nos comunica una incidencia con su pedido {_O}. Hemos abierto una búsqueda y le propondremos una solución en cuanto respondan."),
            ("Su paquete vuelve a nosotros", f"Su pedido {_O} no se le pudo entregar y vuelve a nosotros. Respóndanos si prefiere un nuevo envío o un reembolso."),
            ("Su paquete se ha perdido", f"{_C} ha declarado perdido su pedido {_O}. Lo sentimos. Respóndanos si prefiere un nuevo envío o un reembolso."),
            ("Su paquete no recibido", f"Nos dice que no ha recibido su pedido {_O}, que {_C} da por entregado. Abrimos una investigación y le informaremos."),
        ),
    ),
    "it": (
        "Buongiorno", "Segua il pacco",
        "Non deve fare nulla. Se qualcosa non va bene, risponda a questo messaggio.",
        (
            ("Il Suo pacco è in ritardo", f"Il Suo ordine {_O} è in ritardo con {_C}. Nuova data: {_expected('nei prossimi giorni')} invece di {_promised('quanto previsto')}. Lo seguiamo da vicino."),
            ("Il Suo pacco è fermo", f"Il Suo ordine {_O} non è stato più scansionato da {_C} da alcuni giorni. Abbiamo chiesto dove si trova e Le scriveremo appena lo sapremo."),
            ("Il corriere non L’ha trovata", f"{_C} non ha potuto consegnare il Suo ordine {_O}. Di solito segue un altro tentativo il giorno lavorativo successivo: ci dica se preferisce un altro indirizzo o un punto di ritiro."),
            ("Il Suo pacco La aspetta ancora", f"Il Suo ordine {_O} La aspetta ({_relay('punto di ritiro')}) fino a: {_kept('l’ultimo giorno')}. Poi torna da noi."),
            ("Il Suo pacco è in dogana", f"Il Suo ordine {_O} è in dogana. Se {_C} chiede un documento, ci risponda: La aiutiamo."),
            ("Un problema con il Suo pacco", f"{_C} segnala un problema con il Suo ordine {_O}. Abbiamo aperto una ricerca e Le proporremo una soluzione appena rispondono."),
            ("Il Suo pacco torna da noi", f"Il Suo ordine {_O} non è stato consegnato e torna da noi. Ci risponda se preferisce un nuovo invio o un rimborso."),
            ("Il Suo pacco è andato perso", f"{_C} ha dichiarato perso il Suo ordine {_O}. Ci dispiace. Ci risponda se preferisce un nuovo invio o un rimborso."),
            ("Il Suo pacco non ricevuto", f"Ci dice di non aver ricevuto il Suo ordine {_O}, che {_C} dà per consegnato. Apriamo una verifica e La informeremo."),
        ),
    ),
    "nl": (
        "Goedendag", "Volg uw pakket",
        "U hoeft niets te doen. Komt iets u niet uit, beantwoord dan dit bericht.",
        (
            ("Uw pakket is vertraagd", f"Uw bestelling {_O} is vertraagd bij {_C}. Nieuwe datum: {_expected('in de komende dagen')} in plaats van {_promised('gepland')}. Wij houden dit in de gaten."),
            ("Uw pakket staat stil", f"Uw bestelling {_O} is al enkele dagen niet gescand door {_C}. Wij hebben navraag gedaan en schrijven u zodra wij meer weten."),
            ("De bezorger trof u niet aan", f"{_C} kon uw bestelling {_O} niet afgeven. Meestal volgt de volgende werkdag een nieuwe poging: laat ons weten of een ander adres of afhaalpunt beter past."),
            ("Uw pakket ligt nog voor u klaar", f"Uw bestelling {_O} ligt klaar ({_relay('afhaalpunt')}) tot: {_kept('de laatste dag')}. Daarna komt ze bij ons terug."),
            ("Uw pakket is bij de douane", f"Uw bestelling {_O} is bij de douane. Vraagt {_C} om een document, antwoord ons: wij helpen u."),
            ("Een probleem met uw pakket", f"{_C} meldt een probleem met uw bestelling {_O}. Wij hebben een onderzoek gestart en stellen een oplossing voor zodra er antwoord is."),
            ("Uw pakket komt bij ons terug", f"Uw bestelling {_O} kon niet worden bezorgd en komt bij ons terug. Laat ons weten of u een nieuwe zending of een terugbetaling wilt."),
            ("Uw pakket is verloren", f"{_C} heeft uw bestelling {_O} als verloren opgegeven. Het spijt ons. Laat ons weten of u een nieuwe zending of een terugbetaling wilt."),
            ("Uw niet ontvangen pakket", f"U hebt uw bestelling {_O} niet ontvangen, terwijl {_C} haar als bezorgd meldt. Wij starten een onderzoek en komen erop terug."),
        ),
    ),
    "pt": (
        "Olá", "Seguir a encomenda",
        "Não precisa de fazer nada. Se algo não lhe convém, responda a esta mensagem.",
        (
            ("A sua encomenda está atrasada", f"A sua encomenda {_O} está atrasada na {_C}. Nova data: {_expected('nos próximos dias')} em vez de {_promised('o previsto')}. Estamos a acompanhar."),
            ("A sua encomenda está parada", f"A sua encomenda {_O} não é registada pela {_C} há alguns dias. Perguntámos onde está e escrevemos-lhe assim que soubermos."),
            ("O estafeta não o encontrou", f"A {_C} não conseguiu entregar a sua encomenda {_O}. Costuma haver nova tentativa no dia útil seguinte: diga-nos se prefere outra morada ou um ponto de recolha."),
            ("A sua encomenda ainda o espera", f"A sua encomenda {_O} espera por si ({_relay('ponto de recolha')}) até: {_kept('ao último dia')}. Depois volta para nós."),
            ("A sua encomenda está na alfândega", f"A sua encomenda {_O} está na alfândega. Se a {_C} pedir um documento, responda-nos: ajudamos."),
            ("Um problema com a sua encomenda", f"A {_C} comunica um problema com a sua encomenda {_O}. Abrimos uma pesquisa e propomos uma solução assim que responderem."),
            ("A sua encomenda volta para nós", f"A sua encomenda {_O} não pôde ser entregue e volta para nós. Responda-nos se prefere um novo envio ou um reembolso."),
            ("A sua encomenda perdeu-se", f"A {_C} declarou perdida a sua encomenda {_O}. Lamentamos. Responda-nos se prefere um novo envio ou um reembolso."),
            ("A sua encomenda não recebida", f"Diz-nos que não recebeu a sua encomenda {_O}, que a {_C} dá como entregue. Abrimos um inquérito e voltamos a contactar."),
        ),
    ),
    "pl": (
        "Dzień dobry", "Śledzenie przesyłki",
        "Nie trzeba nic robić. Jeśli coś Państwu nie odpowiada, prosimy odpowiedzieć na tę wiadomość.",
        (
            ("Przesyłka jest opóźniona", f"Zamówienie {_O} jest opóźnione ({_C}). Nowy termin: {_expected('w najbliższych dniach')} zamiast {_promised('planowanego')}. Śledzimy jego drogę."),
            ("Przesyłka stoi w miejscu", f"Zamówienie {_O} od kilku dni nie zostało zeskanowane ({_C}). Zapytaliśmy, gdzie jest, i napiszemy, gdy tylko się dowiemy."),
            ("Kurier nikogo nie zastał", f"{_C}: nie udało się doręczyć zamówienia {_O}. Zwykle kolejna próba następuje następnego dnia roboczego: prosimy napisać, czy lepszy będzie inny adres lub punkt odbioru."),
            ("Przesyłka nadal czeka", f"Zamówienie {_O} czeka ({_relay('punkt odbioru')}) do: {_kept('ostatniego dnia')}. Potem wróci do nas."),
            ("Przesyłka jest w odprawie celnej", f"Zamówienie {_O} jest w odprawie celnej. Jeśli {_C} poprosi o dokument, prosimy odpowiedzieć: pomożemy."),
            ("Problem z przesyłką", f"{_C} zgłasza problem z zamówieniem {_O}. Rozpoczęliśmy poszukiwania i po odpowiedzi zaproponujemy rozwiązanie."),
            ("Przesyłka wraca do nas", f"Zamówienia {_O} nie udało się doręczyć i wraca do nas. Prosimy napisać, czy wysłać je ponownie, czy zwrócić pieniądze."),
            ("Przesyłka zaginęła", f"{_C} uznał zamówienie {_O} za zaginione. Przepraszamy. Prosimy napisać, czy wysłać je ponownie, czy zwrócić pieniądze."),
            ("Nieotrzymana przesyłka", f"Zamówienie {_O} nie dotarło, choć {_C} podaje je jako doręczone. Rozpoczynamy wyjaśnianie i odezwiemy się."),
        ),
    ),
    "sv": (
        "Hej", "Följ paketet",
        "Du behöver inte göra något. Om något inte passar, svara bara på det här meddelandet.",
        (
            ("Ditt paket är försenat", f"Din beställning {_O} är försenad hos {_C}. Nytt datum: {_expected('de närmaste dagarna')} i stället för {_promised('planerat')}. Vi följer den."),
            ("Ditt paket står stilla", f"Din beställning {_O} har inte skannats av {_C} på några dagar. Vi har frågat var den är och skriver så snart vi vet."),
            ("Budet träffade dig inte", f"{_C} kunde inte lämna din beställning {_O}. Oftast kommer ett nytt försök nästa vardag: säg till om en annan adress eller ett ombud passar bättre."),
            ("Ditt paket väntar fortfarande", f"Din beställning {_O} väntar ({_relay('ombud')}) till: {_kept('sista dagen')}. Sedan kommer den tillbaka till oss."),
            ("Ditt paket är i tullen", f"Din beställning {_O} är i tullen. Om {_C} ber om ett dokument, svara oss: vi hjälper till."),
            ("Ett problem med ditt paket", f"{_C} rapporterar ett problem med din beställning {_O}. Vi har öppnat en sökning och föreslår en lösning när de har svarat."),
            ("Ditt paket kommer tillbaka till oss", f"Din beställning {_O} kunde inte lämnas och kommer tillbaka till oss. Svara om du vill ha en ny sändning eller pengarna tillbaka."),
            ("Ditt paket har gått förlorat", f"{_C} har förklarat din beställning {_O} förlorad. Vi beklagar. Svara om du vill ha en ny sändning eller pengarna tillbaka."),
            ("Ditt uteblivna paket", f"Du har inte fått din beställning {_O}, som {_C} visar som levererad. Vi öppnar en utredning och återkommer."),
        ),
    ),
}  # fmt: skip
