"""Every sentence that derive writes, in English and Chinese."""
