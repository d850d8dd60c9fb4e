import { Drawer } from "@mantine/core";
import ChatPanel from "./panel";

/** Chat beside any page; all of the screen on a phone. */
export default function ChatDrawer({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="md"
      title="Chat"
      closeButtonProps={{ "aria-label": "Close chat" }}
    >
      <ChatPanel />
    </Drawer>
  );
}
