"""Whether a text announces a file: « ci-joint », "please find attached", „im Anhang“."""

import re

_SAID = re.compile(
    r"""(?ix)
    # fr
    \bci[-\u2010\u2011\ ]joint(?:e|s|es)?\b | \b(?:en|avec|dans\ la|dans\ les|voir|voici\ les?|voici\ la)\ pi[èe]ces?[-\ ]jointes?\b
    | \bje\ (?:vous\ |te\ )?joins\b | \bnous\ (?:vous\ )?joignons\b | \ben\ p\.?j\b | \bj[’']ai\ joint\b
    # en
    | \b(?:find|see|is|are|i[’']ve|have|has|i)\ (?:the\ |also\ )?attached\b(?!\ to\b) | \battached\ (?:is|are|you|please|find|below|file|document|invoice|label)\b
    | \b(?:i|we)(?:\ am|\ are|[’']m|[’']re)?\ (?:also\ )?attach(?:ing)?\b | \b(?:see|in|as)\ (?:the\ |an\ )?attachments?\b | \bplease\ find\ enclosed\b
    # de
    | \banbei\b | \b(?:im|als)\ anhang\b | \bin\ der\ anlage\b | \b(?:angehängt|beigefügt)e?[nrs]?\b | \bhänge\ (?:ich\ )?(?:\w+\ ){0,4}an\b | \bfüge\ (?:ich\ )?(?:\w+\ ){0,4}bei\b
    # es
    | \b(?:le|te|les|os|se|lo|la)\ adjunt(?:o|amos)\b | \badjunt(?:amos|ándo\w*)\b | \b(?:en\ (?:el\ )?|va\ |encontrará\ )adjunt[oa]s?\b | ^adjunt[oa]\b | \barchivo\ adjunto\ encontrará\b
    # it
    | \b(?:in|vedi|trova\ in)\ allegato\b | \b(?:le\ |ti\ |vi\ )?alleg(?:o|hiamo)\b | \bho\ allegato\b | \btrover[àa]\ allegat[oaie]\b
    # nl
    | \bbijgevoegd(?:e)?\b | \b(?:in|als|zie)\ (?:de\ )?bijlagen?\b | \bbijgaand\b | \b(?:voeg|stuur)\ (?:ik\ |wij\ |we\ )?(?:\w+\ ){0,4}(?:bij|mee\ als\ bijlage)\b
    # pt
    | \bem\ anexo\b | \b(?:segue[m]?|envio|enviamos|junto)\ (?:em\ )?(?:\w+\ )?anex[oa]s?\b | \banex(?:ei|amos|o)\b(?=\ (?:a|o|os|as|uma?|aqui|à|ao)\b)
    # pl
    | \bw\ załącz(?:niku|eniu|nikach)\b | \bzałącz(?:am|amy|yłem|yłam|yliśmy)\b | \bprzesyłam\ w\ załącz\w+
    # sv
    | \bbifog(?:ar|at|ad|ade|as)\b | \bi\ bilagan?\b | \bse\ bilagan?\b | \bsom\ bilaga\b
    """,
    re.MULTILINE,
)
# What the other one sent, or what is not there.
_THEIRS = re.compile(
    r"""(?ix)\b(?:votre|vos|ta|tes|sans|aucune|your|no|without|the\ one|ihre[nmrs]?|deine[nmrs]?|ohne|su|sus|tu|tus|sin|vostr[oai]|suo|tuo|senza
    |uw|jouw|je|zonder|seu|teu|vosso|sem|pan[ai]|państwa|twój|bez|din|ditt|ert|utan|vous\ aviez|you|you[’']ve|had)\s+(?:\w+\s+){0,1}$"""
)


def promised(text: str) -> bool:
    """Whether the text says that a file comes with it; what the reader sent themselves does not count."""
    for found in _SAID.finditer(text[:20_000]):
        before = text[max(0, found.start() - 40) : found.start()]
        if not _THEIRS.search(before):
            return True
    return False
