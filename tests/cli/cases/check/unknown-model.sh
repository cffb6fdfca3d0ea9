mmspan check -m gema-4
