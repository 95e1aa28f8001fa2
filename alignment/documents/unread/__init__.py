"""Pictures that hold words which no reader reads, by format."""
