"""A shop's addresses, under /s/<slug>/ or at the root of the shop's own host."""

from django.urls import path

from comptoir.portal import contact, look, proactive, stock, storefront
from comptoir.portal.account import data, entry, helping, orders, pages, profile, signin
from comptoir.portal.chat import calls, widget

app_name = "portal"
urlpatterns = [
    path("", storefront.home, name="home"),
    path("produits/<int:key>/", storefront.product, name="product"),
    path("theme.css", look.theme, name="theme"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.sent, name="contact-sent"),
    path("account/", pages.overview, name="account"),
    path("account/signin/", signin.signin, name="account-signin"),
    path("account/code/", signin.code, name="account-code"),
    path("account/signout/", signin.signout, name="account-signout"),
    path("account/link/<str:token>/", entry.link, name="account-link"),
    path("account/link/<str:token>/tracking/", entry.link, {"opens": "account-tracking"}, name="account-link-tracking"),
    path("account/enter/", entry.vouched, name="account-enter"),
    path("account/enter/change/", entry.change, name="account-change"),
    path("account/orders/<path:number>/tracking/", orders.tracking, name="account-tracking"),
    path("account/orders/<path:number>/tracking/<int:parcel>.ics", orders.date, name="account-date"),
    path("account/orders/<path:number>/following/", orders.following, name="account-following"),
    path("account/orders/<path:number>/help/<slug:reason>/", helping.help_page, name="account-help"),
    path("account/orders/<path:number>/asked/<uuid:key>/", helping.asked, name="account-asked"),
    path("account/orders/<path:number>/", orders.order, name="account-order"),
    path("account/messages/<uuid:key>/", pages.conversation, name="account-conversation"),
    path("account/messages/<uuid:key>/files/<uuid:file>", pages.file, name="account-file"),
    path("account/profile/", profile.profile, name="account-profile"),
    path("account/preferences/", profile.preferences, name="account-preferences"),
    path("account/data/", data.data, name="data"),
    path("account/data/download/", data.download, name="data-download"),
    path("account/data/erase/", data.erase, name="data-erase"),
    path("account/erased/", data.erased, name="account-erased"),
    path("stock/", stock.stock, name="stock"),
    path("stock/<str:token>/", stock.confirmation, name="stock-confirmation"),
    path("stop/<str:token>/", proactive.unsubscription, name="unsubscription"),
    path("m/<str:token>/", proactive.click, name="counted-click"),
    path("m/<str:token>/o.gif", proactive.opening, name="counted-opening"),
    path("chat.js", widget.script, name="chat-script"),
    path("chat/words/<slug:language>.json", widget.words, name="chat-words"),
    path("chat/state", calls.state, name="chat-state"),
    path("chat/start", calls.start, name="chat-start"),
    path("chat/messages", calls.messages, name="chat-messages"),
    path("chat/files", calls.say, name="chat-files"),
    path("chat/files/<uuid:key>", calls.file, name="chat-file"),
    path("chat/seen", calls.seen, name="chat-seen"),
    path("chat/typing", calls.typing, name="chat-typing"),
    path("chat/page", calls.page, name="chat-page"),
    path("chat/identity", calls.identity, name="chat-identity"),
]
