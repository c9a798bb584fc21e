"""PrestaShop, by its web service. It tells of nothing by itself: it is read again and again."""
