import type { Candidate } from "../domain/completion.ts";
import { COMPLETE } from "./completion-word.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * bash cuts a word at the characters of COMP_WORDBREAKS and replaces the last piece alone, so the program gets the whole
 * line and leaves out of each answer what stands before that piece. What it answers is quoted already.
 */
const BASH = `_vulcan_ops() {
  local IFS=$'\\n' line
  COMPREPLY=()
  while read -r line; do
    COMPREPLY+=("$line")
  done < <("$1" ${COMPLETE} bash "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -gt 0 && \${COMPREPLY[0]} == *[=/] ]]; then
    compopt -o nospace
  fi
}
complete -o nosort -F _vulcan_ops vulcan-ops 2>/dev/null || complete -F _vulcan_ops vulcan-ops
`;

const ZSH = `#compdef vulcan-ops
_vulcan_ops() {
  local line value
  local -a closed closedText open openText
  for line in "\${(@f)$("\${words[1]}" ${COMPLETE} zsh "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    value=\${line%%$'\\t'*}
    [[ -z $value ]] && continue
    if [[ $value == *[=/] ]]; then
      open+=("$value"); openText+=("\${line//$'\\t'/  }")
    else
      closed+=("$value"); closedText+=("\${line//$'\\t'/  }")
    fi
  done
  (( \${#closed} )) && compadd -V values -l -d closedText -a closed
  (( \${#open} )) && compadd -V open -S '' -l -d openText -a open
  return 0
}
if [[ $funcstack[1] == _vulcan_ops ]]; then
  _vulcan_ops "$@"
else
  compdef _vulcan_ops vulcan-ops
fi
`;

const FISH = `function __vulcan_ops_complete
    set -l words (commandline -opc)
    command -q $words[1]; or return
    $words[1] ${COMPLETE} fish $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c vulcan-ops -f -k -a '(__vulcan_ops_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** The text that a shell reads so that it asks this program. */
export const shellScript = (shell: Shell): string => SCRIPTS[shell];

/** Candidates in the form that the shell's script reads; the same number of lines, one each. */
export function candidateLines(
  shell: Shell,
  candidates: readonly Candidate[],
  typed: string,
  breaks: string,
): readonly string[] {
  const safe = candidates.filter(({ value }) => !HIDDEN.test(value));
  if (shell === "bash") return safe.map(({ value }) => bashWord(afterBreak(value, typed, breaks)));
  return safe.map(({ value, about = "" }) => (about === "" ? value : `${value}\t${about.replace(HIDDEN_ALL, " ")}`));
}

/** A line feed would make two candidates of one; other control characters would reach the terminal. */
const HIDDEN = /[\p{Cc}\p{Cf}]/u;
const HIDDEN_ALL = /[\p{Cc}\p{Cf}]/gu;

/** What bash has not got behind it yet: the part after the last character at which it cuts. */
function afterBreak(value: string, typed: string, breaks: string): string {
  const cuts = [...typed].flatMap((char, index) => (/[=:]/.test(char) && breaks.includes(char) ? [index] : []));
  return value.slice((cuts.at(-1) ?? -1) + 1);
}

/** bash puts the text on the line as it is, where a shell would expand it: a name of a file may be anything. */
const bashWord = (text: string): string => text.replace(/[^\p{L}\p{N}_./:=@%+,~-]/gu, (char) => `\\${char}`);
