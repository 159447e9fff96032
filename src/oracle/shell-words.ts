// Splits command lines as a POSIX shell does (XCU 2.2, quoting), as far as kbuild's recorded commands need it: words, the
// three kinds of quotes, and the operators that separate simple commands. Expansions are not done; one that is met is kept.

/** Splits one command line into simple commands, each a list of words. */
export function splitCommands(text: string): string[][] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word = "";
  let started = false;
  const endWord = () => {
    if (started) words.push(word);
    word = "";
    started = false;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\\") {
      if (text[++i] === "\n") continue;
      word += text[i] ?? "";
      started = true;
    } else if (c === "'") {
      const end = text.indexOf("'", i + 1);
      word += text.slice(i + 1, end < 0 ? text.length : end);
      started = true;
      i = end < 0 ? text.length : end;
    } else if (c === '"') {
      started = true;
      for (i++; i < text.length && text[i] !== '"'; i++) {
        if (text[i] === "\\" && /["\\$`\n]/.test(text[i + 1] ?? "")) i++;
        word += text[i];
      }
    } else if (c === ";" || c === "\n" || c === "|" || c === "&") {
      if (text[i + 1] === c) i++;
      endCommand();
    } else if (c === " " || c === "\t") {
      endWord();
    } else {
      word += c;
      started = true;
    }
  }
  endCommand();
  return commands;
}

/** Whether the text is one simple command, its quotes closed: what a user gives as a compiler. */
export function isSimpleCommand(text: string): boolean {
  if (splitCommands(text).length !== 1) return false;
  // Behind an open quote or a last backslash nothing else can end a word.
  return splitCommands(`${text} end`).flat().at(-1) === "end" && splitCommands(`${text};end`).length === 2;
}

/** Splits one simple command into words. */
export function splitWords(text: string): string[] {
  return splitCommands(text).flat();
}

/** Quotes one word so that a POSIX shell reads it back unchanged. */
export function quoteWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
