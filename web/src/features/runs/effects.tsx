/** A step's external effects and their results. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useOrg } from "../../data/org";
import { clockTime, exactTime } from "../../format/time";
import { plain } from "../../format/words";
import { CheckIcon, ClockIcon } from "../../ui/icons";
import { effectWords, receiptId, type ShownEffect } from "./details";
import { SentMessageView } from "./sent-message";

export function Effects({ effects }: { effects: readonly ShownEffect[] }) {
  return (
    <Stack gap="sm">
      {effects.map((effect) => (
        <Effect key={`${effect.intentAt}${JSON.stringify(effect.summary)}`} effect={effect} />
      ))}
    </Stack>
  );
}

function Effect({ effect }: { effect: ShownEffect }) {
  const [isOpen, setOpen] = useState(true);
  const Icon = effect.receipt ? CheckIcon : ClockIcon;
  return (
    <Stack gap={6}>
      <Group gap={8} wrap="nowrap" align="flex-start">
        <Text component="span" c="dimmed" mt={2} lh={1}>
          <Icon size={16} />
        </Text>
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" style={{ overflowWrap: "anywhere" }}>
            {plain(effectWords(effect))}
          </Text>
          <Outcome effect={effect} />
        </div>
        {effect.message ? (
          <Button size="compact-xs" variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide message" : "Show message"}
          </Button>
        ) : null}
      </Group>
      {effect.message && isOpen ? <SentMessageView message={effect.message} /> : null}
    </Stack>
  );
}

function Outcome({ effect }: { effect: ShownEffect }) {
  const { zone } = useOrg();
  const { receipt, receiptAt, intentAt } = effect;
  const at = receiptAt ?? intentAt;
  const time = (
    <time dateTime={at} title={exactTime(at, zone)}>
      {clockTime(at, zone)}
    </time>
  );
  const id = receiptId(effect);
  return (
    <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
      {receipt === undefined ? (
        <>Asked {time}, no answer yet</>
      ) : receipt.outcome === "unknown" ? (
        <>Asked {time}. We don't know whether it arrived, so we didn't send it again.</>
      ) : receipt.outcome === "waiting" && typeof receipt.until === "string" ? (
        <>Goes out {exactTime(receipt.until, zone)}, when quiet hours end.</>
      ) : (
        <>
          Accepted {time}
          {id ? `, message id ${plain(id)}` : ""}
        </>
      )}
    </Text>
  );
}
