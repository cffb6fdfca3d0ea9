mmspan scna
