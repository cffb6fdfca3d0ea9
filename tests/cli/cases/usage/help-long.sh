mmspan --help
