import { useState } from 'react';

const WORDS = ['heddle', 'policy', 'add', 'visitor', 'homeowner', '--protocol', 'tcp', '--port', '8080'];
const COMMAND = WORDS.join(' ');

/** What to try when nothing is allowed yet. */
export function FirstPolicy({ title }: { title: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="first-policy">
      <h3>{title}</h3>
      <p>Open the first path and watch it come into force:</p>
      <div className="command">
        <code>
          {WORDS.map((word) => (
            <span key={word}>{word} </span>
          ))}
        </code>
        <button
          type="button"
          onClick={() => {
            navigator.clipboard.writeText(COMMAND).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </button>
      </div>
    </div>
  );
}
