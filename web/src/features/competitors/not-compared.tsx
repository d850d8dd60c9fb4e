import { Alert } from "@mantine/core";
import { plain, sentence } from "../../format/words";
import { InfoIcon } from "../../ui/icons";

export function NotCompared({ why }: { why: string }) {
  return (
    <Alert color="yellow" icon={<InfoIcon size={18} />} title="Prices aren't compared with yours">
      {sentence(plain(why))}.
    </Alert>
  );
}
