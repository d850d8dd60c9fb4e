/** A reply whose words appear one after the other, as if somebody spoke; with reduced motion all at once. */
import { plain } from "../../format/words";

const MOST_MILLISECONDS = 1_200;
const PER_WORD = 30;

/** How long it takes until the whole text is there. */
export const speakingTime = (text: string) => Math.min(text.split(/\s+/).length * PER_WORD, MOST_MILLISECONDS);

/** All of the text is on the page from the start, so that nothing moves and a screen reader reads it once. */
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
