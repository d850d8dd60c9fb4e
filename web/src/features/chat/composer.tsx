/** The message box; Enter sends, Shift+Enter starts a new line. */
import { ActionIcon, Textarea } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, type Ref, useId } from "react";
import { SendIcon } from "../../ui/icons";

export const MOST_CHARACTERS = 4_000;

export function Composer(props: {
  label: string;
  placeholder: string;
  value: string;
  isBusy: boolean;
  size?: "md" | "lg";
  ref?: Ref<HTMLTextAreaElement>;
  onChange: (text: string) => void;
  onSend: (text: string) => void;
}) {
  const { value, isBusy, size = "md" } = props;
  const id = useId();
  const text = value.trim();
  const send = () => {
    if (text && !isBusy) props.onSend(text);
  };
  function submit(event: FormEvent) {
    event.preventDefault();
    send();
  }
  function sendOnEnter(event: KeyboardEvent) {
    // During IME composition, Enter confirms the character.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }
  return (
    <form onSubmit={submit} className="chat-composer">
      <label className="visually-hidden" htmlFor={id}>
        {props.label}
      </label>
      <Textarea
        id={id}
        ref={props.ref}
        data-autofocus
        autosize
        minRows={1}
        maxRows={6}
        size={size}
        maxLength={MOST_CHARACTERS}
        placeholder={props.placeholder}
        value={value}
        onChange={(event) => props.onChange(event.currentTarget.value)}
        onKeyDown={sendOnEnter}
        rightSectionWidth={44}
        rightSection={
          <ActionIcon type="submit" size="lg" radius="xl" aria-label="Send" disabled={!text || isBusy}>
            <SendIcon size={16} />
          </ActionIcon>
        }
      />
    </form>
  );
}
