"""A file of orders that was uploaded, imported by a worker."""

import json
import logging
import tempfile
from pathlib import Path

from comptoir.core import files
from comptoir.core.jobs import job
from comptoir.core.models import File, Shop
from comptoir.orders.importing.readers import BadFile
from comptoir.orders.importing.run import Interrupted, import_orders

log = logging.getLogger(__name__)


@job("bulk")
def take_file(file_id: int, shop_id: int, mapping: str = "{}") -> None:
    """Import it; a run that was cut goes on where it was. What was refused stands in the run. `mapping` is JSON."""
    file, shop = File.objects.filter(pk=file_id).first(), Shop.objects.get(pk=shop_id)
    if file is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(file.name).name or "orders.csv")
        path.write_bytes(files.read(file))
        try:
            import_orders(path, shop, mapping=json.loads(mapping))
        except (BadFile, Interrupted):
            log.warning("A file of orders could not be read to its end", extra={"file": file_id}, exc_info=True)
