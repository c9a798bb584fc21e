"""The measurements: each module has `measure(ground) -> list[Row]`."""
