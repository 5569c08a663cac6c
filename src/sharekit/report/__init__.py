"""What a command says, in three forms that say the same: human, json and github."""
