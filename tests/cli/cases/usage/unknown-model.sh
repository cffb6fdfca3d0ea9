mmspan scan -m gema-4
