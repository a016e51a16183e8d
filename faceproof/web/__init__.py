"""The pages: `pages.PAGES` lists them all; each is a ``.py`` and an ``.html`` of one name in ``pages/``."""
