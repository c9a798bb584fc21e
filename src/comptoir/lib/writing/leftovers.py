"""What was to be filled in and was not: {{ order.number }}, [NOM], XXX, %first_name%, « à compléter »."""

import re

_WORDS = """nom|prénom|prenom|name|first name|last name|vorname|nachname|nombre|apellido|nome|cognome|naam|voornaam|achternaam|imię|imie
|nazwisko|namn|förnamn|efternamn|date|datum|fecha|data|numéro|numero|number|nummer|número|numer|n°|client|cliente|customer|kunde|kundin|klant
|klient|kund|commande|order|bestellung|pedido|ordine|bestelling|zamówienie|beställning|encomenda|montant|amount|betrag|importe|importo|bedrag
|kwota|belopp|valor|lien|link|url|länk|insérer|insert|einfügen|insertar|inserire|invoegen|inserir|wstaw|infoga|à compléter|a completer|todo|tbd
|adresse|address|dirección|indirizzo|adres|endereço|adress|produit|product|produkt|producto|prodotto|produto|agent|conseiller|boutique|shop"""
_ALTERNATION = "|".join(re.escape(word.strip()) for word in _WORDS.replace("\n", "").split("|"))
_LEFT = re.compile(
    rf"""(?x)
    \{{\{{[^{{}}]{{1,300}}\}}\}} | \{{%[^{{}}%]{{1,200}}%\}}
    | \{{(?i:{_ALTERNATION.replace(" ", chr(92) + " ")})\}}
    | \[\ ?(?:(?i:(?:{_ALTERNATION.replace(" ", chr(92) + " ")})[^\[\]\n]{{0,30}})|[A-ZÀ-ÞŁŚŻŹĆĄĘ][A-ZÀ-ÞŁŚŻŹĆĄĘ\ _’'-]{{2,40}})\ ?\]
    | %(?:[a-z]+_)+[a-z]+%
    | (?<![\w*•])[Xx]{{3,}}(?![\w])(?![\ -]?(?:[Xx]{{4}}[\ -]?)*\d)
    | _{{4,}} | (?i:\blorem\ ipsum\b)
    """
)


def left(text: str) -> list[str]:
    """What is left open, each once, at most five."""
    found = (" ".join(match.group().split()) for match in _LEFT.finditer(text[:20_000]))
    return list(dict.fromkeys(found))[:5]
