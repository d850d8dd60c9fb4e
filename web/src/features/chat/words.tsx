/** A reply that appears word by word, or at once with reduced motion. */
import { plain } from "../../format/words";

const MOST_MILLISECONDS = 1_200;
const PER_WORD = 30;

/** Total duration. */
export const speakingTime = (text: string) => Math.min(text.split(/\s+/).length * PER_WORD, MOST_MILLISECONDS);

/** The whole text is in the page from the start, so nothing moves and screen readers read it once. */
export function Spoken({ text, isNew }: { text: string; isNew: boolean }) {
  const parts = plain(text).split(/(\s+)/);
  if (!isNew) return <>{plain(text)}</>;
  const step = speakingTime(text) / Math.max(parts.length, 1);
  return (
    <>
      {parts.map((part, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the words never change their places.
        <span key={place} className="spoken" style={{ animationDelay: `${Math.round(place * step)}ms` }}>
          {part}
        </span>
      ))}
    </>
  );
}
