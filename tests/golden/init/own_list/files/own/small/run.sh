echo {{not a tag}}
